#!/usr/bin/env python3
"""A backend with knell, with nothing but nats-py and knell's JSON Schemas.

The same small dispatcher as ../backend, for the same files of jobs: slots, a queue, a timeout of 3,600 s, a tap. What
knell adds is in four places, marked 1 to 4.

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
from urllib.parse import unquote, urlsplit

try:
    import nats
    from nats.errors import Error as NatsError
    from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
    from nats.js.errors import NotFoundError
except ModuleNotFoundError:
    print("nats-py is not installed: pip install nats-py", file=sys.stderr)
    sys.exit(2)

BY = "example-backend-python"
PREFIX = os.environ.get("KNELL_PREFIX") or "knell"
PREFLIGHT_TIMEOUT_S = 0.25
TIMEOUT_S = 3600
GRACE_S = 10
RETRY_S = 60
MAX_ATTEMPTS = 3
# How long to wait before connecting or listening again when that failed.
AGAIN_S = 1
# How often the server says that there are no notices, so that a lost consumer of them is noticed.
NOTICE_HEARTBEAT_S = 30
# How long the first jobs wait for a connection.
LINK_WITHIN_S = 2
# Which of its own commands a new backend still wants to hear: they are valid for minutes.
LOOK_BACK = timedelta(hours=1)


# Which messages are read.
SCHEMAS = ("abort", "notice", "preflight")


def now() -> str:
    """The time as knell writes it: RFC 3339 with milliseconds and Z."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class BadInput(Exception):
    """What the user gave can't be used. The message says what to mend."""


def parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def reason_of(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


class Schemas:
    """The published schemas. A full validator is one import away; here what must be there is looked for."""

    def __init__(self, folder: Path):
        """Reads what is needed of a folder of schemas. Raises BadInput when it is not there."""
        try:
            self.loaded = {name: json.loads((folder / f"{name}.json").read_text()) for name in SCHEMAS}
        except (OSError, ValueError) as error:
            raise BadInput(f"{folder} has not knell's schemas ({reason_of(error)}): npm run build writes them to dist/schemas")

    def read(self, name: str, data: bytes) -> dict:
        """Parses a message. Raises ValueError when it is not the message that the schema describes."""
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
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ModuleNotFoundError:
        raise BadInput("KNELL_PUBLIC_KEYS needs cryptography, which is not installed: pip install cryptography")
    words = env["KNELL_PUBLIC_KEYS"].replace(",", " ").split()
    try:
        raw = [base64.b64decode(word.removeprefix("ed25519:")) for word in words]
        return {hashlib.sha256(key).hexdigest()[:16]: Ed25519PublicKey.from_public_bytes(key) for key in raw}
    except ValueError as error:
        raise BadInput(f"KNELL_PUBLIC_KEYS can't be read: {error}")


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
    def __init__(self, schemas: Schemas, settings: dict):
        """Takes the settings of a file of jobs. Raises BadInput when something is not there."""
        # None until the server is there: jobs run all the same.
        self.client = self.jetstream = None
        self.schemas = schemas
        try:
            self.subscriptions, self.slots = settings["subscriptions"], settings.get("slots", 2)
            self.queue: deque[dict] = deque(settings["jobs"])
        except KeyError as error:
            raise BadInput(f"the file of jobs names no {error}")
        # The command that publishes a run's output, such as knell tap --obey.
        self.tap = settings.get("tap", [])
        self.timeout_s, self.retry_s = settings.get("timeoutS", TIMEOUT_S), settings.get("retryMs", RETRY_S * 1000) / 1000
        # Runs that are over: a command for one of them comes too late.
        self.over: set[str] = set()
        self.running: dict[str, asyncio.subprocess.Process] = {}
        self.commands: dict[str, dict] = {}
        self.outcomes: dict[str, str] = {}
        self.answered: set[str] = set()
        self.trusted = trusted_keys(os.environ)
        self.changed, self.linked, self.stopping = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.since = datetime.now(timezone.utc)
        self.acting: set[asyncio.Task] = set()
        self.hears_notices = False
        self.delayed = 0

    async def choose(self, job: dict) -> "str | None":
        """1: before a run is started: has it a chance? None: nothing can run it now."""
        tried = set(job.get("avoid", []))
        candidates = deque([job["subscription"], *self.subscriptions])
        while candidates:
            subscription = candidates.popleft()
            if subscription in tried or subscription not in self.subscriptions:
                continue
            tried.add(subscription)
            answer = await self.preflight(job, subscription)
            if answer is None or answer["answer"] != "refused":
                return subscription
            print(f"{name_of(job)}: {subscription} is refused: {answer['reason']}", flush=True)
            # What knell knows to be good comes first.
            candidates.extendleft(reversed(answer["alternatives"]))
        return None

    async def preflight(self, job: dict, subscription: str) -> "dict | None":
        """No answer in time is no reason to wait."""
        request = {"agent": job["agent"], "subscription": subscription}
        try:
            if self.client is None:
                raise ValueError("knell is not there yet")
            reply = await self.client.request(
                f"{PREFIX}.preflight.check", json.dumps(request).encode(), timeout=PREFLIGHT_TIMEOUT_S
            )
            return self.schemas.read("preflight", reply.data)
        except (NatsError, asyncio.TimeoutError, ValueError) as error:
            print(f"{name_of(job)}: knell did not answer ({error}); going ahead", flush=True)
            return None

    async def tell(self, job: dict, event: dict) -> None:
        """2: who runs, on whose account, and how it ended. A run does not wait for knell."""
        run = {"agent": job["agent"], "execution": job["execution"], "attempt": job.get("attempt", 1)}
        message = {"schema": "knell.run/v1", **event, **run, "at": now()}
        try:
            if self.jetstream is not None:
                await self.jetstream.publish(f"{PREFIX}.runs.{name_of(job)}", json.dumps(message).encode())
        except (NatsError, asyncio.TimeoutError) as error:
            print(f"{name_of(job)}: knell was not told ({error})", flush=True)

    async def run(self, job: dict) -> None:
        subscription = await self.choose(job)
        if subscription is None:
            await self.later(job, self.retry_s, "no subscription can run it now")
            return
        job = {**job, "subscription": subscription}
        name, code = name_of(job), await self.attempt(job)
        self.running.pop(name, None)
        self.over.add(name)
        ended_by = signal.Signals(-code).name if code < 0 else None
        print(f"{name}: over ({ended_by or code})", flush=True)
        if not self.tap:
            await self.tell(job, {"type": "exited", "code": None if ended_by else code, "signal": ended_by})
        await self.next(job, self.commands.pop(name, None))

    async def attempt(self, job: dict) -> int:
        """Runs a job's command to its end, through the tap where there is one, and returns how it exited."""
        name, subscription, command = name_of(job), job["subscription"], job["command"]
        if self.tap:
            # It publishes what the agent prints, and when it started and exited.
            about = ["--agent", job["agent"], "--execution", job["execution"], "--attempt", str(job.get("attempt", 1))]
            command = [*self.tap, *about, "--subscription", subscription, "--", *command]
        else:
            await self.tell(job, {"type": "started", "subscription": subscription, "timeout_s": self.timeout_s})
        try:
            # A process group of its own, so that the whole tree can be ended.
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env={**os.environ, **self.subscriptions[subscription]},
                start_new_session=True,
            )
        except OSError as error:
            print(f"{name}: {command[0]} can't be started: {reason_of(error)}", flush=True)
            return 127
        self.running[name] = process
        print(f"{name}: started on {subscription}", flush=True)
        if self.stopping.is_set():
            await end_tree(process)
        try:
            await asyncio.wait_for(asyncio.shield(process.wait()), self.timeout_s)
        except asyncio.TimeoutError:
            await end_tree(process)
        return await process.wait()

    async def later(self, job: dict, after_s: float, why: str) -> None:
        print(f"{name_of(job)}: waits, {why}", flush=True)
        self.delayed += 1
        self.changed.set()
        try:
            await asyncio.wait_for(self.stopping.wait(), after_s)
            return
        except asyncio.TimeoutError:
            self.delayed -= 1
        # What it failed on may have been mended meanwhile: preflight knows.
        self.queue.append({**job, "avoid": []})

    async def next(self, job: dict, command: "dict | None") -> None:
        """4: what knell says is next. Where that is a person's (fail, fix_agent, notify_owner), the work ends here."""
        if command is None or self.stopping.is_set():
            return
        action, again = command["next_action"], {**job, "attempt": job.get("attempt", 1) + 1}
        print(f"{name_of(job)}: {command['category']}, next: {action}", flush=True)
        if again["attempt"] > MAX_ATTEMPTS:
            print(f"{name_of(job)}: given up after {MAX_ATTEMPTS} attempts", flush=True)
        elif action == "retry":
            self.queue.append(again)
        elif action == "retry_after":
            wait_s = self.retry_s
            if "not_before" in command:
                wait_s = max(0, (parse_time(command["not_before"]) - datetime.now(timezone.utc)).total_seconds())
            await self.later(again, wait_s, "as knell says")
        elif action == "switch_subscription":
            # `retryable` is about the same credential: on another one the work goes on.
            self.queue.append({**again, "avoid": [*job.get("avoid", []), job["subscription"]]})

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
            return "already_finished" if name in self.over else "not_found"
        print(f"{name}: {command['message']}", flush=True)
        self.commands[name] = command
        await end_tree(process)
        return "terminated"

    async def acked_already(self, command: dict) -> bool:
        try:
            last = await self.jetstream.get_last_msg("KNELL_ACKS", f"{PREFIX}.acks.{name_of(command)}", direct=True)
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
        # Before this backend was there, or while it could not answer.
        may_be_old = message.metadata.num_delivered > 1 or parse_time(command["issued_at"]) < self.since
        if outcome is None and not (may_be_old and await self.acked_already(command)):
            outcome = await self.obey(command)
            self.outcomes[command["command_id"]] = outcome
        if outcome is not None:
            run = {field: command[field] for field in ("command_id", "agent", "execution", "attempt")}
            ack = {"schema": "knell.ack/v1", **run, "outcome": outcome, "by": BY, "at": now()}
            headers = {"Nats-Msg-Id": f"{command['command_id']}.{BY}"}
            subject, payload = f"{PREFIX}.acks.{name_of(command)}", json.dumps(ack).encode()
            stored = await self.jetstream.publish(subject, payload, headers=headers)
            # Any agent can take that id: where it was taken and not from here, the answer goes out without one.
            if stored.duplicate and command["command_id"] not in self.answered:
                await self.jetstream.publish(subject, payload)
            self.answered.add(command["command_id"])
        await message.ack()
        self.changed.set()

    async def notice(self, message) -> None:
        try:
            notice = self.schemas.read("notice", message.data)
            print(f"notice {notice['kind']}: {notice['message']}", flush=True)
        except ValueError as error:
            print(f"{message.subject}: {error}", flush=True)

    async def listen(self) -> None:
        """Abort commands, also those that were issued while no backend listened: a durable consumer remembers the place."""
        durable = f"backend_{BY}"
        try:
            await self.jetstream.consumer_info("KNELL_ABORTS", durable)
        except NotFoundError:
            config = ConsumerConfig(
                durable_name=durable,
                filter_subject=f"{PREFIX}.aborts.>",
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=30,
                deliver_policy=DeliverPolicy.BY_START_TIME,
                opt_start_time=(datetime.now(timezone.utc) - LOOK_BACK).isoformat().replace("+00:00", "Z"),
            )
            await self.jetstream.add_consumer("KNELL_ABORTS", config)
        inbox = await self.jetstream.pull_subscribe_bind(durable, stream="KNELL_ABORTS")
        if not self.hears_notices:
            await self.jetstream.subscribe(
                f"{PREFIX}.notices.>",
                stream="KNELL_NOTICES",
                cb=self.notice,
                ordered_consumer=True,
                idle_heartbeat=NOTICE_HEARTBEAT_S,
                deliver_policy=DeliverPolicy.NEW,
            )
            self.hears_notices = True
        while True:
            try:
                messages = await inbox.fetch(10, timeout=5)
            except asyncio.TimeoutError:
                # Nothing came. A consumer that is gone says nothing either.
                await self.jetstream.consumer_info("KNELL_ABORTS", durable)
                continue
            for message in messages:
                task = asyncio.create_task(self.act(message))
                self.acting.add(task)
                task.add_done_callback(self.acting.discard)

    async def stay_linked(self) -> None:
        """Connects and listens, and does so again for good whenever one of them fails: no listener dies unseen."""
        said = ""

        async def say(error: Exception) -> None:
            """Each new reason once."""
            nonlocal said
            reason = f"{type(error).__name__}: {error}"
            if reason != said:
                print(f"knell: {reason}; trying again", flush=True)
            said = reason

        while True:
            try:
                if self.client is None:
                    # Without an end: this waits until the server is there.
                    client = await nats.connect(**login(os.environ), name=BY, max_reconnect_attempts=-1, error_cb=say)
                    self.client, self.jetstream = client, client.jetstream()
                    self.linked.set()
                await self.listen()
            except (NatsError, asyncio.TimeoutError, OSError, ValueError) as error:
                await say(error)
                await asyncio.sleep(AGAIN_S)

    async def work(self) -> None:
        """Runs until nothing runs and nothing waits, or until what runs is ended after `stop`."""
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

    def stop(self) -> None:
        """Starts nothing any more, and ends what runs."""
        print("told to stop: ending what runs", flush=True)
        self.stopping.set()
        self.queue.clear()
        # Held, so that they are not collected before they are done.
        self.ending = [asyncio.create_task(end_tree(process)) for process in self.running.values()]


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


def context(env) -> dict:
    """A context of the nats command line, as NATS_CONTEXT or NATS_URL=context:NAME names it."""
    url = env.get("NATS_URL") or ""
    name = url.removeprefix("context:") if url.startswith("context:") else env.get("NATS_CONTEXT")
    if not name:
        return {}
    folder = Path(env.get("XDG_CONFIG_HOME") or Path(env.get("HOME", "")) / ".config")
    return json.loads((folder / "nats" / "context" / f"{name}.json").read_text())


def secret(env, name: str) -> "str | None":
    """A secret that is set, or that stands in the file that NAME_FILE names."""
    if env.get(name):
        return env[name]
    return Path(env[f"{name}_FILE"]).read_text().strip() if env.get(f"{name}_FILE") else None


def servers_of(addresses: str) -> "tuple[dict, dict]":
    """The servers of nats://[user:password@|token@]host[:port], and the login; percent-encoded, which nats-py leaves as it is."""
    servers, known = [], {}
    for part in addresses.split(","):
        url = urlsplit(part.strip() if "://" in part else f"nats://{part.strip()}")
        servers.append(f"{url.scheme}://{url.hostname}:{url.port or 4222}")
        if url.username and not known:
            user = unquote(url.username)
            known = {"user": user, "password": unquote(url.password)} if url.password else {"token": user}
    return {"servers": servers}, known


def login(env) -> dict:
    """Where to connect and as whom: the variables of the nats command line. Parts of two logins never mix."""
    known = context(env)
    url = env.get("NATS_URL") or ""
    address = known.get("url") if url.startswith("context:") else url or known.get("url")
    settings, in_address = servers_of(address or "nats://127.0.0.1:4222")
    own = {
        "creds": env.get("NATS_CREDS"),
        "nkey": env.get("NATS_NKEY"),
        "token": secret(env, "NATS_TOKEN"),
        "user": env.get("NATS_USER"),
        "password": secret(env, "NATS_PASSWORD"),
    }
    given = own if any(own.values()) else known
    # What the address says goes before all of these.
    given = in_address or given
    if given.get("creds"):
        settings["user_credentials"] = given["creds"]
    elif given.get("nkey"):
        settings["nkeys_seed"] = given["nkey"]
    elif given.get("token"):
        settings["token"] = given["token"]
    elif given.get("user"):
        settings["user"], settings["password"] = given["user"], given.get("password") or ""
    inbox = env.get("NATS_INBOX_PREFIX") or known.get("inbox_prefix")
    if inbox:
        settings["inbox_prefix"] = inbox.encode()
    ca = env.get("NATS_CA") or known.get("ca")
    cert, key = env.get("NATS_CERT") or known.get("cert"), env.get("NATS_KEY") or known.get("key")
    if ca or cert:
        settings["tls"] = ssl.create_default_context(cafile=ca or None)
        if cert:
            settings["tls"].load_cert_chain(cert, key)
    if env.get("NATS_TLS_NAME"):
        settings["tls_hostname"] = env["NATS_TLS_NAME"]
    if (env.get("NATS_TLS_FIRST") or str(known.get("tls_first", ""))).lower() in ("1", "true", "yes"):
        settings["tls_handshake_first"] = True
    return settings


def read_jobs(file: str) -> dict:
    """Reads a file of jobs. Raises BadInput when there is none."""
    try:
        settings = json.loads(Path(file).read_text())
    except (OSError, ValueError) as error:
        raise BadInput(f"{file} can't be read: {reason_of(error)}")
    if not isinstance(settings, dict):
        raise BadInput(f"{file} is no file of jobs")
    return settings


async def main(jobs_file: str, schemas_folder: str) -> None:
    backend = Backend(Schemas(Path(schemas_folder)), read_jobs(jobs_file))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, backend.stop)
    linked = asyncio.create_task(backend.stay_linked())
    # A knell that is there is asked from the first job on.
    try:
        await asyncio.wait_for(backend.linked.wait(), LINK_WITHIN_S)
    except asyncio.TimeoutError:
        print("knell is not there yet; going ahead", flush=True)
    await backend.work()
    linked.cancel()
    await asyncio.gather(linked, return_exceptions=True)
    if backend.acting:
        # What became of a command is still to be said.
        await asyncio.wait(backend.acting, timeout=GRACE_S)
    if backend.client is not None:
        # All that was published is confirmed by now. Draining would wait for messages that nobody asks for any more.
        try:
            await backend.client.close()
        except (NatsError, OSError):
            pass  # The server is away: there is nothing to close.


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print("usage: backend.py JOBS.json SCHEMAS_FOLDER", file=sys.stderr)
        sys.exit(2)
    try:
        asyncio.run(main(sys.argv[1], sys.argv[2]))
    except BadInput as error:
        print(error, file=sys.stderr)
        sys.exit(2)
