import { type SecretShape, shape } from './secret-shape.ts';

/*
 * Secrets that are known by the name they have: in JSON and JSON inside JSON, YAML, properties, environments, flags of a
 * command line, XML and connection strings.
 */

/** How names of secrets end; what stands before (`DB_`, `spring.datasource.`) does not matter. */
const NAMES = [
  'passw(?:or)?d|passwd|passphrase|passcode|passwort|contraseña|senha|pwd',
  'secret(?:[_-]?(?:access[_-]?)?key(?:[_-]?base)?|[_-]?id|[_-]?token|[_-]?string|[_-]?text)?',
  'api[_-]?(?:key|token|secret)(?:[_-]?id)?',
  'access[_-]?(?:key|token)(?:[_-]?(?:id|secret))?',
  'token(?:[_-]?secret)?',
  '(?:private|signing|encryption|master|license|shared|account|session|subscription|service|storage|sas|host|function|integration|publish|write|admin|consumer|client|app|application|deploy|ssh|gpg|jwt|hmac|cookie|webhook|tenant|team|primary|secondary|auth)[_-]?(?:access[_-]?)?key',
  'private[_-]?key[_-]?(?:id|data|pem)',
  'credentials?',
  'x-auth-email|apikey|_auth|signature',
  'otp|totp|(?:mfa|verification|recovery|auth|one[_-]?time|pin)[_-]?code|cvv2?|cvc2?|ssn',
  'seed[_-]?phrase|mnemonic|pepper',
].join('|');

const WORDS = [
  ...['passw', 'passphrase', 'passcode', 'pwd', 'secret', 'senha', 'contrase', 'key', 'token', 'credential', 'auth'],
  ...['signature', 'otp', 'code', 'cvv', 'cvc', 'ssn', 'seed', 'mnemonic', 'pepper'],
];

/** Names that are used of other things too, in sentences: there a value has to look like a secret. */
const WEAK_NAME = /(?:^|[^a-z])(?:token|otp|credentials?|signature|secret|pwd|private_?key_?id)$/i;

/** What stands where a value would, in sentences and in code: words about a secret, and places for one. */
const NO_VALUE = new RegExp(
  `^(?:${[
    'a|an|and|any|are|argument|as|at|auth|authentication|authorization|bad|basic|bearer|been|boolean|by|can|cannot|changed?',
    'check|configured|count|denied|does|empty|error|exceeded|expected|expire[ds]?|expiry|failed|failure|false|for|found|from',
    'has|have|header|helper|id|in|incorrect|invalid|is|it|key|length|limit(?:ed|s)?|malformed|may|mismatch(?:ed)?|missing',
    'must|name|new|nil|no|none|not|null|number|object|of|ok|on|or|parse|permission|please|provided|refresh(?:ed|ing)?',
    'refused|rejected|required?|reset|revoked|rotated|scope|set|should|string|success|the|then|this|to|token|true|type',
    'undefined|unauthorized|unknown|unset|unsupported|usage|used|valid|validation|value|verification|verify|was|wrong|you',
    'your|\\*+|x+|\\.+|-+|<[^>]*>?|\\$\\{?[\\w.]+\\}?|\\$\\(.*|%\\w+%|\\[.*',
  ].join('|')}|passw(?:or)?d|passwd)(?:\\(.*|[.,;:!?)"']*)$`,
  'i',
);

const NAME = `(?:\\b|_)((?i:[\\w.-]{0,60}?(?:${NAMES}))(?:[_-]?\\d{1,2})?)`;
const QUOTE = '\\\\{0,15}["\'\\x60]';

export const NAMED_VALUES: readonly SecretShape[] = [
  // "password": "two words", password='x', \"password\": \"x\"
  shape(
    WORDS,
    `${NAME}((?:${QUOTE})?\\s{0,3}(?::=|=>|[:=])\\s{0,3}${QUOTE})(?P<secret>(?:[^"'\\\\\\x60\\r\\n]|\\\\+[^"'\\\\\\x60])+)`,
    ([name, separator, value = '']) => isValue(name, separator, value.trim()) && !isSentence(value),
  ),
  // password=x, PASSWORD: x, password => x, <password>x</password>
  shape(
    WORDS,
    `${NAME}((?:${QUOTE})?\\s{0,3}(?::=|=>|[:=>])\\s{0,3})(?P<secret>[^\\s"'\\x60\\\\,;&<>(){}\\[\\]][^\\s"'\\x60\\\\,;&<>]*)`,
    ([name, separator, value]) => isValue(name, separator, value),
  ),
  // --password x, --api-key=x, "--token", "x"
  shape(
    ['-'],
    `(?:^|[\\s"'\\x60=\\[,(])(--?(?i:[\\w-]{0,40}?(?:${NAMES}|pass)))((?:${QUOTE},\\s{0,3}|(?:${QUOTE})?(?:\\s{1,3}|=))(?:${QUOTE})?)(?P<secret>[^\\s"'\\x60\\\\,-][^\\s"'\\x60\\\\,]*)`,
    ([, , value = '']) => !NO_VALUE.test(value),
  ),
];

function isValue(name = '', separator = '', value = ''): boolean {
  if (value === '' || NO_VALUE.test(value)) return false;
  if (!WEAK_NAME.test(name)) return true;
  // "token: refused again" is a sentence, "token: 8f3a91" is not; `"token": 12` counts something.
  if (/^\s*:\s/.test(separator) && !/["'`]$/.test(separator)) return value.length >= 6 && LOOKS_RANDOM.test(value);
  return value.length >= 4 && !/^\d{1,7}$/.test(value);
}

const LOOKS_RANDOM = /[0-9]|[a-z][A-Z]|[^\w.,;:!?'-]|[_-].*[_-]/;

function isSentence(value: string): boolean {
  return /^[A-Z][a-z]*(?:\s+\S+){3,}$/.test(value);
}
