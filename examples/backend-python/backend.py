#!/usr/bin/env python3
"""A backend with knell, with nothing but nats-py and knell's JSON Schemas.

The same small dispatcher as ../backend: slots, a queue, a timeout of 3,600 s. What knell adds is in four places,
marked 1 to 4.

    pip install nats-py
    NATS_URL=nats://127.0.0.1:4222 python3 backend.py ../backend/jobs.json ../../dist/schemas
"""

import asyncio
import base64
import hashlib
import json
import os
import signal
import ssl
import sys
from collections import deque
from datetime import datetime, timedelta, timezone
from pathlib import Path

import nats
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

BY = "example-backend-python"
PREFLIGHT_TIMEOUT_S = 0.25
GRACE_S = 10
RETRY_S = 60
MAX_ATTEMPTS = 3
# Which of its own commands a new backend still wants to hear: they are valid for minutes.
LOOK_BACK = timedelta(hours=1)


def now() -> str:
    """The time as knell writes it: RFC 3339 with milliseconds and Z."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


class Schemas:
    """The published schemas. A full validator is one import away; here what must be there is looked for."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.loaded: dict[str, dict] = {}

    def read(self, name: str, data: bytes) -> dict:
        """Parses a message. Raises ValueError when it is not the message that the schema describes."""
        if name not in self.loaded:
            self.loaded[name] = json.loads((self.folder / f"{name}.json").read_text())
        schema, message = self.loaded[name], json.loads(data)
        if not isinstance(message, dict):
            raise ValueError(f"not a {name} message")
        missing = [field for field in schema.get("required", []) if field not in message]
        wanted = schema["properties"]["schema"].get("const")
        if missing or message["schema"] != wanted:
            raise ValueError(f"not a {wanted} message; missing: {missing}")
        return message


def trusted_keys(env) -> "dict | None":
    """The public keys of KNELL_PUBLIC_KEYS by id; None where it is not set, and then every command counts."""
    if not env.get("KNELL_PUBLIC_KEYS"):
        return None
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # pip install cryptography

    raw = [base64.b64decode(word.removeprefix("ed25519:")) for word in env["KNELL_PUBLIC_KEYS"].replace(",", " ").split()]
    return {hashlib.sha256(key).hexdigest()[:16]: Ed25519PublicKey.from_public_bytes(key) for key in raw}


def is_signed(message, trusted: "dict | None") -> bool:
    """Whether one of the keys has signed this message for its subject."""
    if trusted is None:
        return True
    version, key_id, signature = ((message.headers or {}).get("Knell-Signature", "").split(" ") + ["", "", ""])[:3]
    if version != "v1" or key_id not in trusted:
        return False
    try:
        signed = b"knell-signature/v1\n" + message.subject.encode() + b"\n" + message.data
        trusted[key_id].verify(base64.b64decode(signature), signed)
    except Exception:  # InvalidSignature, or no base64
        return False
    return True


def name_of(job: dict) -> str:
    return f"{job['agent']}.{job['execution']}.{job.get('attempt', 1)}"


class Backend:
    def __init__(self, client, schemas: Schemas, subscriptions: dict, slots: int, timeout_s: float):
        self.client, self.jetstream, self.schemas = client, client.jetstream(), schemas
        self.subscriptions, self.slots, self.timeout_s = subscriptions, slots, timeout_s
        self.queue: deque[dict] = deque()
        self.running: dict[str, asyncio.subprocess.Process] = {}
        self.commands: dict[str, dict] = {}
        self.outcomes: dict[str, str] = {}
        self.trusted = trusted_keys(os.environ)
        self.changed = asyncio.Event()
        self.delayed = 0

    async def choose(self, job: dict) -> "str | None":
        """1: before a run is started: has it a chance? No answer in time is no reason to wait."""
        request = {"agent": job["agent"], "subscription": job["subscription"]}
        try:
            reply = await self.client.request(
                "knell.preflight.check", json.dumps(request).encode(), timeout=PREFLIGHT_TIMEOUT_S
            )
            answer = self.schemas.read("preflight", reply.data)
        except (NatsError, asyncio.TimeoutError, ValueError) as error:
            print(f"{name_of(job)}: knell did not answer ({error}); going ahead", flush=True)
            return job["subscription"]
        if answer["answer"] != "refused":
            return job["subscription"]
        print(f"{name_of(job)}: {job['subscription']} is refused: {answer['reason']}", flush=True)
        return next((other for other in answer["alternatives"] if other in self.subscriptions), None)

    async def tell(self, job: dict, event: dict) -> None:
        """2: who runs, on whose account, and how it ended."""
        run = {"agent": job["agent"], "execution": job["execution"], "attempt": job.get("attempt", 1)}
        message = {"schema": "knell.run/v1", **event, **run, "at": now()}
        await self.jetstream.publish(f"knell.runs.{name_of(job)}", json.dumps(message).encode())

    async def run(self, job: dict) -> None:
        subscription = await self.choose(job)
        if subscription is None:
            print(f"{name_of(job)}: waits, no subscription can run it now", flush=True)
            self.delayed += 1
            await asyncio.sleep(RETRY_S)
            self.delayed -= 1
            self.queue.append(job)
            return
        job = {**job, "subscription": subscription}
        await self.tell(job, {"type": "started", "subscription": subscription, "timeout_s": self.timeout_s})
        # A process group of its own, so that the whole tree can be ended.
        process = await asyncio.create_subprocess_exec(
            *job["command"],
            stdin=asyncio.subprocess.DEVNULL,
            env={**os.environ, **self.subscriptions[subscription]},
            start_new_session=True,
        )
        name = name_of(job)
        self.running[name] = process
        print(f"{name}: started on {subscription}", flush=True)
        try:
            await asyncio.wait_for(asyncio.shield(process.wait()), self.timeout_s)
        except asyncio.TimeoutError:
            await end_tree(process)
        del self.running[name]
        code = await process.wait()
        print(f"{name}: over ({code})", flush=True)
        end = {"code": code, "signal": None} if code >= 0 else {"code": None, "signal": signal.Signals(-code).name}
        await self.tell(job, {"type": "exited", **end})
        self.next(job, self.commands.pop(name, None))

    def next(self, job: dict, command: "dict | None") -> None:
        """4: what knell says is next: the same work on another subscription, or not again."""
        attempt = job.get("attempt", 1) + 1
        if command and command["retryable"] and attempt <= MAX_ATTEMPTS:
            print(f"{name_of(job)}: {command['category']}, next: {command['next_action']}", flush=True)
            self.queue.append({**job, "attempt": attempt})

    async def obey(self, command: dict) -> str:
        """3: end a doomed run, and say what became of it."""
        if parse_time(command["expires_at"]) <= datetime.now(timezone.utc):
            return "expired"
        name = name_of(command)
        for job in self.queue:
            if name_of(job) == name:
                self.queue.remove(job)
                return "cancelled_before_start"
        process = self.running.get(name)
        if process is None:
            return "not_found"
        print(f"{name}: {command['message']}", flush=True)
        self.commands[name] = command
        await end_tree(process)
        return "terminated"

    async def acked_already(self, command: dict) -> bool:
        try:
            last = await self.jetstream.get_last_msg("KNELL_ACKS", f"knell.acks.{name_of(command)}")
        except NotFoundError:
            return False
        return json.loads(last.data or b"{}").get("command_id") == command["command_id"]

    async def act(self, message) -> None:
        if not is_signed(message, self.trusted):
            print(f"{message.subject}: not signed by knell, not obeyed", flush=True)
            await message.term()
            return
        try:
            command = self.schemas.read("abort", message.data)
        except ValueError as error:
            print(f"{message.subject}: {error}", flush=True)
            await message.term()
            return
        outcome = self.outcomes.get(command["command_id"])
        if outcome is None and not await self.acked_already(command):
            outcome = await self.obey(command)
            self.outcomes[command["command_id"]] = outcome
        if outcome is not None:
            run = {field: command[field] for field in ("command_id", "agent", "execution", "attempt")}
            ack = {"schema": "knell.ack/v1", **run, "outcome": outcome, "by": BY, "at": now()}
            headers = {"Nats-Msg-Id": f"{command['command_id']}.{BY}"}
            await self.jetstream.publish(f"knell.acks.{name_of(command)}", json.dumps(ack).encode(), headers=headers)
        await message.ack()
        self.changed.set()

    async def listen(self) -> None:
        """Abort commands, also those that were issued while no backend listened: a durable consumer remembers the place."""
        durable = f"backend_{BY}"
        try:
            await self.jetstream.consumer_info("KNELL_ABORTS", durable)
        except NotFoundError:
            config = ConsumerConfig(
                durable_name=durable,
                filter_subject="knell.aborts.>",
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=30,
                deliver_policy=DeliverPolicy.BY_START_TIME,
                opt_start_time=(datetime.now(timezone.utc) - LOOK_BACK).isoformat().replace("+00:00", "Z"),
            )
            await self.jetstream.add_consumer("KNELL_ABORTS", config)
        inbox = await self.jetstream.pull_subscribe_bind(durable, stream="KNELL_ABORTS")
        acting: set[asyncio.Task] = set()
        while True:
            try:
                messages = await inbox.fetch(10, timeout=5)
            except (NatsError, asyncio.TimeoutError):
                continue
            for message in messages:
                task = asyncio.create_task(self.act(message))
                acting.add(task)
                task.add_done_callback(acting.discard)

    async def work(self) -> None:
        """Runs until nothing runs and nothing waits."""
        tasks: set[asyncio.Task] = set()
        while self.queue or tasks:
            while self.queue and len(tasks) - self.delayed < self.slots:
                tasks.add(asyncio.create_task(self.run(self.queue.popleft())))
            waiting = asyncio.create_task(self.changed.wait())
            done, _ = await asyncio.wait({*tasks, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            self.changed.clear()
            for task in done & tasks:
                task.result()
            tasks -= done


async def end_tree(process: asyncio.subprocess.Process) -> None:
    """Ends a process group: politely, then for good."""
    for number, patience in ((signal.SIGTERM, GRACE_S), (signal.SIGKILL, None)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        try:
            await asyncio.wait_for(asyncio.shield(process.wait()), patience)
            return
        except asyncio.TimeoutError:
            continue


def login(env) -> dict:
    """Where to connect and as whom: the variables of the nats command line."""
    settings = {"servers": env.get("NATS_URL", "nats://127.0.0.1:4222").split(",")}
    if env.get("NATS_CREDS"):
        settings["user_credentials"] = env["NATS_CREDS"]
    elif env.get("NATS_NKEY"):
        settings["nkeys_seed"] = env["NATS_NKEY"]
    elif env.get("NATS_TOKEN"):
        settings["token"] = env["NATS_TOKEN"]
    elif env.get("NATS_USER"):
        settings["user"], settings["password"] = env["NATS_USER"], env.get("NATS_PASSWORD", "")
    if env.get("NATS_INBOX_PREFIX"):
        settings["inbox_prefix"] = env["NATS_INBOX_PREFIX"].encode()
    if env.get("NATS_CA") or env.get("NATS_CERT"):
        settings["tls"] = ssl.create_default_context(cafile=env.get("NATS_CA") or None)
        if env.get("NATS_CERT"):
            settings["tls"].load_cert_chain(env["NATS_CERT"], env["NATS_KEY"])
    if env.get("NATS_TLS_NAME"):
        settings["tls_hostname"] = env["NATS_TLS_NAME"]
    return settings


async def main(jobs_file: str, schemas_folder: str) -> None:
    settings = json.loads(Path(jobs_file).read_text())
    client = await nats.connect(**login(os.environ), name=BY)
    backend = Backend(
        client, Schemas(Path(schemas_folder)), settings["subscriptions"], settings["slots"], settings["timeoutS"]
    )
    backend.queue.extend(settings["jobs"])
    listening = asyncio.create_task(backend.listen())
    try:
        await backend.work()
    finally:
        listening.cancel()
        for process in list(backend.running.values()):
            await end_tree(process)
        await client.drain()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: backend.py JOBS.json SCHEMAS_FOLDER")
    asyncio.run(main(sys.argv[1], sys.argv[2]))
