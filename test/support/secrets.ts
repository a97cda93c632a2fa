/*
 * Secrets of every kind that people have found in logs, made up anew at each run, and a line that each could stand in. They
 * are put together here, so that no scanner takes this file for a leak.
 */

export interface FakeSecret {
  readonly kind: string;
  /** What must not be seen anywhere, whole or in large part. */
  readonly secrets: readonly string[];
  readonly line: string;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const HEX = `${DIGITS}abcdef`;
const ALNUM = `${LOWER}${UPPER}${DIGITS}`;
const BASE32 = `${UPPER}234567`;
const BASE64 = `${ALNUM}+/`;
const BASE64URL = `${ALNUM}_-`;

type Fill = (length: number, alphabet?: string) => string;

/** A way to fill in random letters; the same seed gives the same ones. Each has a digit, a small and a large letter where it can. */
function filler(seed: number): Fill {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return (length, alphabet = ALNUM) => {
    const text = Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('');
    return alphabet === ALNUM && length >= 6 ? `7${text.slice(1, -2)}aQ` : text;
  };
}

/** `{}` in the line stands for the secret. */
type Kind = readonly [kind: string, line: string, make: (fill: Fill) => string | readonly string[]];

const opaque = (length: number, alphabet?: string) => (fill: Fill) => fill(length, alphabet);
const prefixed =
  (prefix: string, length: number, alphabet?: string) =>
  (fill: Fill): string =>
    prefix + fill(length, alphabet);

const password = (fill: Fill): string => `hunter${fill(6)}`;
const jwtPart = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const BY_NAME: readonly Kind[] = [
  ['password in a property', 'spring.datasource.password={}', password],
  ['password with capitals', 'DB_PASSWORD: {}', password],
  ['password in JSON', '{"user":"bob","password":"{}","x":1}', password],
  ['password in JSON inside JSON', String.raw`{"body":"{\"password\":\"{}\"}"}`, password],
  ['password of two words', `password = "{}"`, (fill) => `correct ${fill(8)} horse`],
  ['password in single quotes', `passwd: '{}'`, password],
  ['password in Python', "{'password': '{}'}", password],
  ['password in Ruby', ':password => "{}"', password],
  ['password in XML', '<server><password>{}</password></server>', password],
  ['password in a sentence', 'login failed for bob, password: {}', password],
  ['passphrase', 'passphrase: {}', password],
  ['pwd', 'Server=db;Uid=sa;Pwd={};Encrypt=yes', password],
  ['connection string', 'Data Source=db;User ID=sa;Password={};', password],
  ['client secret', 'client_secret={}', opaque(24)],
  ['clientSecret', '"clientSecret": "{}"', opaque(24)],
  ['secret key base', 'SECRET_KEY_BASE={}', opaque(64, HEX)],
  ['api_key', 'api_key={}', opaque(24)],
  ['apiKey', '{"apiKey": "{}"}', opaque(24)],
  ['API-KEY in YAML', 'api-key: {}', opaque(24)],
  ['access_token', 'access_token={}', opaque(32)],
  ['accessToken', '"accessToken":"{}"', opaque(32)],
  ['refresh_token', '"refresh_token":"{}"', opaque(32)],
  ['id_token', 'id_token: {}', opaque(32)],
  ['session token', 'sessionToken={}', opaque(32)],
  ['csrf token', 'csrf_token={}', opaque(32)],
  ['token in the environment', 'export DEPLOY_TOKEN={}', opaque(20)],
  ['token in a Dockerfile', 'ENV NPM_TOKEN="{}"', opaque(20)],
  ['private key id', '"private_key_id": "{}"', opaque(40, HEX)],
  ['signing key', 'JWT_SIGNING_KEY={}', opaque(32)],
  ['encryption key', 'encryptionKey: {}', opaque(32)],
  ['account key', 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey={};', (fill) => `${fill(86, BASE64)}==`],
  ['shared access key', 'Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey={}', (fill) => `${fill(43, BASE64)}=`],
  ['webhook secret', 'WEBHOOK_SECRET={}', opaque(24)],
  ['one-time code', 'otp=', (fill) => `9${fill(7, DIGITS)}`],
  ['recovery code', 'recovery_code: {}', (fill) => `${fill(5, HEX)}-${fill(5, HEX)}`],
  [
    'seed phrase',
    'mnemonic="{}"',
    () => 'abandon ability able about above absent absorb abstract absurd abuse access acid',
  ],
  ['_authToken', '//registry.npmjs.org/:_authToken={}', opaque(36)],
  ['_auth', '_auth={}', (fill) => `${fill(30, BASE64)}==`],
  ['_password', '//registry.example/:_password={}', (fill) => `${fill(22, BASE64)}==`],
];

const IN_HEADERS: readonly Kind[] = [
  ['x-api-key', 'x-api-key: {}', opaque(32)],
  ['x-goog-api-key', "-H 'x-goog-api-key: {}'", opaque(39)],
  ['x-auth-token', 'X-Auth-Token: {}', opaque(32)],
  ['x-vault-token', 'X-Vault-Token: {}', opaque(26)],
  ['subscription key', 'Ocp-Apim-Subscription-Key: {}', opaque(32, HEX)],
  ['amz security token', 'x-amz-security-token: {}', (fill) => `IQoJ${fill(200, BASE64)}`],
  ['bearer', 'Authorization: Bearer {}', opaque(30)],
  ['bearer in JSON', '{"headers":{"authorization":"Bearer {}"}}', opaque(30)],
  ['basic', 'Authorization: Basic {}', (fill) => Buffer.from(`bob:${fill(12)}`).toString('base64')],
  ['authorization without a scheme', 'authorization: {}', opaque(40)],
  ['token scheme', 'Authorization: token {}', opaque(40, HEX)],
  ['digest', 'Authorization: Digest username="bob", nonce="x", response="{}"', opaque(32, HEX)],
  ['proxy-authorization', 'Proxy-Authorization: Basic {}', (fill) => Buffer.from(`bob:${fill(12)}`).toString('base64')],
  ['AWS signature', 'Authorization: AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1, Signature={}', opaque(64, HEX)],
  ['cookie', 'Cookie: theme=dark; connect.sid={}', (fill) => `s%3A${fill(32)}`],
  ['set-cookie', 'set-cookie: session={}; Path=/; HttpOnly', opaque(32)],
  ['cookie in JSON', '{"headers":{"cookie":"sid={}"}}', opaque(32)],
];

const IN_COMMANDS: readonly Kind[] = [
  ['--password', 'createuser --password {} bob', password],
  ['--password=', 'helm login --password={}', password],
  ['--token', 'gh auth login --token {}', opaque(30)],
  ['--api-key in a list', `["tool","--api-key","{}"]`, opaque(30)],
  ['--client-secret', 'az login --client-secret "{}"', opaque(30)],
  ['curl -u', 'curl -u bob:{} https://example.test', password],
  ['curl --user', 'curl -s --user "bob:{}" https://example.test', password],
  ['curl -b', 'curl -b session={} https://example.test', opaque(24)],
  ['mysql -p', 'mysql -h db -u root -p{} app', password],
  ['sshpass', 'sshpass -p {} ssh bob@host', password],
  ['docker login', 'docker login -u bob -p {} registry.example.test', password],
  ['redis-cli', 'redis-cli -h cache -a {} ping', password],
  ['openssl', 'openssl rsa -passin pass:{} -in k.pem', password],
  ['PGPASSWORD', 'PGPASSWORD={} psql -h db', password],
  ['netrc', 'machine api.example.test login bob password {}', password],
  ['pgpass', 'db.example.test:5432:app:bob:{}', password],
  ['shadow', 'root:{}:19000:0:99999:7:::', (fill) => `$6$${fill(8)}$${fill(86)}`],
  ['bcrypt', 'hash {}', (fill) => `$2b$12$${fill(53)}`],
  ['kubectl secret', 'kubectl create secret generic s --from-literal=password={}', password],
];

const IN_URLS: readonly Kind[] = [
  ['password in an address', 'fatal: unable to access https://bob:{}@git.example.test/x.git', password],
  ['token in an address', 'remote: https://{}@git.example.test/x.git', opaque(30)],
  ['database address', 'DATABASE=postgres://app:{}@db:5432/app', password],
  ['redis address', 'redis://:{}@cache:6379/0', password],
  ['amqp address', 'amqps://user:{}@mq/vhost', password],
  ['nats address', 'nats://bob:{}@127.0.0.1:4222', password],
  ['mongodb address with a slash', 'mongodb+srv://u:{}@c.example.test/db', (fill) => `p/${fill(10)}`],
  ['access_token in a query', 'GET https://api.example.test/v1?access_token={}&x=1', opaque(30)],
  ['key in a query', 'https://maps.example.test/api?key={}', opaque(20)],
  ['code in a query', 'http://localhost:1455/auth/callback?code={}&scope=x', opaque(20)],
  ['state in a query', 'http://localhost:1455/callback?state={}', opaque(20)],
  ['token in a fragment', 'https://app.example.test/#access_token={}', opaque(30)],
  ['SAS', 'https://a.blob.core.windows.net/c/f?sv=2024&sig={}', (fill) => `${fill(40)}%3D`],
  ['presigned S3', 'https://b.s3.amazonaws.com/k?X-Amz-Expires=9&X-Amz-Signature={}', opaque(64, HEX)],
  ['presigned S3 token', 'https://b.s3.amazonaws.com/k?X-Amz-Security-Token={}', (fill) => `IQoJ${fill(100)}`],
  ['presigned GCS', 'https://storage.googleapis.com/b/o?X-Goog-Signature={}', opaque(128, HEX)],
  ['long value', 'https://example.test/reset?r={}', opaque(40)],
  ['Slack webhook', 'https://hooks.slack.com/services/{}', (fill) => `T${fill(8)}/B${fill(8)}/${fill(24)}`],
  ['Discord webhook', 'https://discord.com/api/webhooks/{}', (fill) => `1${fill(17, DIGITS)}/${fill(68)}`],
  [
    'Teams webhook',
    'https://x.webhook.office.com/webhookb2/{}',
    (fill) => `${fill(8, HEX)}@${fill(8, HEX)}/IncomingWebhook/${fill(32, HEX)}`,
  ],
  ['Zapier webhook', 'https://hooks.zapier.com/hooks/catch/{}', (fill) => `${fill(7, DIGITS)}/${fill(7, LOWER)}`],
  ['Telegram bot', 'https://api.telegram.org/bot{}/sendMessage', (fill) => `1${fill(9, DIGITS)}:AA${fill(33)}`],
  ['IFTTT webhook', 'https://maker.ifttt.com/trigger/x/with/key/{}', opaque(22)],
  ['Mattermost webhook', 'https://chat.example.test/hooks/{}', opaque(26)],
];

const VENDORS: readonly Kind[] = [
  ['Anthropic key', 'key {}', (fill) => prefixed(`sk-${'ant'}-api03-`, 93, BASE64URL)(fill).concat('AA')],
  ['Anthropic OAuth token', 'token {}', prefixed(`sk-${'ant'}-oat01-`, 80, BASE64URL)],
  ['OpenAI key', 'Incorrect API key provided: {}.', prefixed(`sk-${'proj'}-`, 60)],
  ['OpenRouter key', 'with {}', prefixed(`sk-${'or'}-v1-`, 64, HEX)],
  ['Google API key', 'API key not valid: {}', prefixed(`AI${'za'}`, 35)],
  ['Google access token', 'got {}', prefixed(`ya${'29'}.`, 60, BASE64URL)],
  ['Google refresh token', 'got {}', prefixed(`1/${'/0'}`, 60, BASE64URL)],
  ['Google client secret', 'got {}', prefixed(`GOC${'SPX'}-`, 28, BASE64URL)],
  ['GitHub token', 'remote: {}', prefixed(`gh${'p'}_`, 36)],
  ['GitHub server token', 'remote: {}', prefixed(`gh${'s'}_`, 36)],
  ['GitHub fine-grained token', 'remote: {}', prefixed(`github${'_pat'}_`, 82)],
  ['GitLab token', 'remote: {}', prefixed(`gl${'pat'}-`, 20)],
  ['GitLab job token', 'remote: {}', (fill) => `gl${'cbt'}-64_${fill(20)}`],
  ['Slack bot token', 'slack {}', (fill) => `xo${'xb'}-${fill(12, DIGITS)}-${fill(12, DIGITS)}-${fill(24)}`],
  ['Slack app token', 'slack {}', (fill) => `xa${'pp'}-1-A${fill(9, UPPER)}-${fill(13, DIGITS)}-${fill(64, HEX)}`],
  ['AWS key id', 'InvalidAccessKeyId {}', prefixed(`AK${'IA'}`, 16, BASE32)],
  ['AWS temporary key id', 'ExpiredToken {}', prefixed(`AS${'IA'}`, 16, BASE32)],
  ['AWS secret key', 'aws_secret_access_key = {}', opaque(40, BASE64)],
  ['AWS session token', 'AWS_SESSION_TOKEN={}', (fill) => `IQoJ${fill(200, BASE64)}`],
  ['Azure client secret', 'AADSTS7000215: {}', (fill) => `${fill(3)}8Q~${fill(34)}`],
  ['npm token', 'npm ERR! {}', prefixed(`np${'m'}_`, 36)],
  ['PyPI token', 'upload {}', prefixed(`py${'pi'}-AgEIcHlwaS5vcmc`, 80)],
  ['RubyGems token', 'push {}', prefixed(`ruby${'gems'}_`, 48, HEX)],
  ['Docker token', 'login {}', prefixed(`dckr${'_pat'}_`, 27)],
  ['Hugging Face token', 'hub {}', prefixed(`h${'f'}_`, 34, LOWER)],
  ['Groq key', 'groq {}', prefixed(`gs${'k'}_`, 52)],
  ['xAI key', 'xai {}', prefixed(`x${'ai'}-`, 80)],
  ['Replicate token', 'rep {}', prefixed(`r${'8'}_`, 37)],
  ['Perplexity key', 'pplx {}', prefixed(`pp${'lx'}-`, 48)],
  ['NVIDIA key', 'nim {}', prefixed(`nv${'api'}-`, 64)],
  ['Stripe key', 'stripe {}', prefixed(`sk_${'live'}_`, 24)],
  ['Stripe webhook secret', 'stripe {}', prefixed(`wh${'sec'}_`, 32)],
  ['SendGrid key', 'mail {}', (fill) => `S${'G'}.${fill(22)}.${fill(43)}`],
  ['Twilio key', 'sms {}', prefixed(`S${'K'}`, 32, HEX)],
  ['Linear key', 'linear {}', prefixed(`lin${'_api'}_`, 40)],
  ['Notion key', 'notion {}', prefixed(`nt${'n'}_`, 46)],
  ['Figma token', 'figma {}', prefixed(`fi${'gd'}_`, 40)],
  ['Vault token', 'vault {}', prefixed(`hv${'s'}.`, 90)],
  ['Doppler token', 'doppler {}', prefixed(`d${'p'}.pt.`, 43)],
  ['DigitalOcean token', 'do {}', prefixed(`do${'p'}_v1_`, 64, HEX)],
  ['Databricks token', 'dbx {}', prefixed(`da${'pi'}`, 32, HEX)],
  ['Shopify token', 'shop {}', prefixed(`sh${'pat'}_`, 32, HEX)],
  ['Atlassian token', 'jira {}', prefixed(`AT${'ATT3'}`, 186)],
  ['Sentry token', 'sentry {}', prefixed(`sntr${'yu'}_`, 64, HEX)],
  ['New Relic key', 'nr {}', prefixed(`NR${'AK'}-`, 27, UPPER)],
  ['Grafana token', 'grafana {}', (fill) => `gl${'sa'}_${fill(32)}_${fill(8, HEX)}`],
  ['Supabase token', 'supabase {}', prefixed(`sb${'p'}_`, 40, HEX)],
  ['Tailscale key', 'ts {}', (fill) => `ts${'key'}-auth-${fill(12)}-${fill(32)}`],
  ['Postman key', 'pm {}', (fill) => `PM${'AK'}-${fill(24, HEX)}-${fill(34, HEX)}`],
  ['Telegram token', 'bot {}', (fill) => `1${fill(9, DIGITS)}:AA${fill(33)}`],
  ['Discord token', 'bot {}', (fill) => `MT${fill(24)}.G${fill(5)}.${fill(38)}`],
  ['NATS seed', 'nk {}', prefixed(`S${'UA'}`, 55, BASE32)],
];

const FORMS: readonly Kind[] = [
  ['JSON Web Token', 'jwt {}', (fill) => `${jwtPart({ alg: 'HS256' })}.${jwtPart({ sub: fill(9) })}.${fill(43)}`],
  [
    'JSON Web Encryption',
    'jwe {}',
    (fill) => `${jwtPart({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.${fill(60)}.${fill(16)}.${fill(40)}.${fill(22)}`,
  ],
  [
    'JSON Web Encryption without a key',
    'jwe {}',
    (fill) => `${jwtPart({ alg: 'dir', enc: 'A256GCM' })}..${fill(16)}.${fill(40)}.${fill(22)}`,
  ],
  ['PASETO', 'paseto {}', prefixed('v4.local.', 80)],
  ['Fernet token', 'fernet {}', prefixed('gAAAAAB', 90)],
  ['PEM key', '{}', (fill) => pem('RSA PRIVATE KEY', fill(120, BASE64))],
  ['PEM key in JSON', '{"private_key":"{}"}', (fill) => pem('PRIVATE KEY', fill(120, BASE64)).replaceAll('\n', '\\n')],
  ['OpenSSH key', '{}', (fill) => pem('OPENSSH PRIVATE KEY', fill(120, BASE64))],
  ['PEM key that is cut off', '{}', (fill) => `-----BEGIN EC ${'PRIVATE'} KEY-----\\n${fill(70, BASE64)}`],
  ['a line out of a key', '{}', opaque(64)],
  ['PGP key', '{}', (fill) => pem('PGP PRIVATE KEY BLOCK', fill(120, BASE64))],
  ['PGP message', '{}', (fill) => pem('PGP MESSAGE', fill(120, BASE64))],
  ['age key', 'identity {}', prefixed(`AGE-${'SECRET'}-KEY-1`, 58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L')],
  ['age file', '{}', (fill) => pem('AGE ENCRYPTED FILE', fill(120, BASE64))],
  ['NATS credentials', '{}', (fill) => pem('NATS USER JWT', `${jwtPart({ typ: 'JWT' })}.${fill(60)}.${fill(60)}`)],
  ['e-mail address', 'account bob.{}', (fill) => `smith${fill(4, LOWER)}@${fill(9, LOWER)}.test`],
  ['card number', 'card {}', () => '4111 1111 1111 1111'],
  ['card number with hyphens', 'card {}', () => '5500-0055-5555-5559'],
  ['colours inside', 'key {}', (fill) => `sk-${'ant'}-\u001b[31m${fill(20)}\u001b[0m`],
  ['colours inside, in JSON', '{"key":"{}"}', (fill) => `gh${'p'}_\\u001b[1m${fill(36)}`],
  ['colours around a password', '\u001b[1mpassword\u001b[0m: \u001b[32m{}\u001b[0m', password],
  ['invisible characters inside', 'key {}', (fill) => `sk-${'ant'}-${fill(8)}\u200b${fill(12)}`],
];

function pem(what: string, body: string): string {
  return `-----BEGIN ${what}-----\n${body.replace(/.{60}/g, '$&\n')}\n-----END ${what}-----`;
}

/** All kinds, each with its own letters. A secret of several lines comes as the one line that a JSON string makes of it. */
export function fakeSecrets(seed = 1): FakeSecret[] {
  const kinds = [...BY_NAME, ...IN_HEADERS, ...IN_COMMANDS, ...IN_URLS, ...VENDORS, ...FORMS];
  return kinds.map(([kind, line, make], index) => {
    const made = make(filler(seed * 10_007 + index * 7_919));
    const secrets = typeof made === 'string' ? [made] : made;
    const text = line.includes('{}') ? line.replace('{}', () => secrets[0] as string) : line + secrets[0];
    return { kind, secrets, line: text.replaceAll('\n', '\\n') };
  });
}

/** A part of a secret that a text shows: from eight letters on, that is a leak. */
export function leakOf(text: string, secret: FakeSecret): string | undefined {
  for (const part of partsOf(secret)) if (text.includes(part)) return part;
  return undefined;
}

/** The same for many secrets and a long text, which is gone through once. */
export function leaksIn(text: string, all: readonly FakeSecret[]): ReadonlyMap<FakeSecret, string> {
  const owners = new Map<string, FakeSecret[]>();
  for (const secret of all) {
    for (const part of partsOf(secret)) owners.set(part, [...(owners.get(part) ?? []), secret]);
  }
  const leaks = new Map<FakeSecret, string>();
  for (let at = 0; at + WINDOW <= text.length; at++) {
    const part = text.slice(at, at + WINDOW);
    for (const secret of owners.get(part) ?? []) leaks.set(secret, part);
  }
  return leaks;
}

function* partsOf({ secrets }: FakeSecret): Generator<string> {
  for (const secret of secrets) {
    for (const piece of secret.split(/[^A-Za-z0-9+/_@.-]+/)) {
      const random = piece.replace(
        /^(?:-+BEGIN|-+END|PRIVATE|BLOCK|KEY|MESSAGE|RSA|OPENSSH|PGP|AGE|ENCRYPTED|FILE|NATS|USER|JWT|EC|IncomingWebhook)-*$/,
        '',
      );
      for (let at = 0; at + WINDOW <= random.length; at++) {
        yield random.slice(at, at + WINDOW);
      }
    }
  }
}

const WINDOW = 8;
