import { type SecretShape, shape } from './secret-shape.ts';

/** Secrets by where certain programs, files and protocols put them. */
export const PROGRAM_SECRETS: readonly SecretShape[] = [
  // Its fields are in quotes.
  shape(['digest'], `(?i)\\bdigest\\s{1,3}(\\w{1,20}=\\\\{0,15}["']?[^\\r\\n]+)`),
  // A header's value goes to the end of the line, or of the text in quotes that holds it.
  shape(
    ['authorization'],
    `(?i)\\b(?:proxy-)?authorization["'\\\\]{0,16}\\s{0,3}[:=]\\s{0,3}["'\\\\]{0,16}(?:(?:basic|bearer|digest|token|negotiate|ntlm|hawk|apikey|aws4-hmac-sha256|sharedkey|dpop|oauth)\\s{1,3})?([^\\s"'\\\\][^"'\\\\\\r\\n]{3,})`,
    ([value = '']) => /[0-9=+/_.-]|[a-z][A-Z]/.test(value.split(/\s/)[0] ?? ''),
  ),
  shape(
    ['cookie'],
    `(?i)\\b(?:set-)?cookie2?["'\\\\]{0,16}\\s{0,3}[:=]\\s{0,3}["'\\\\]{0,16}([\\w.%-]{1,200}=[^"'\\\\\\r\\n]+)`,
  ),
  shape(['curl'], `\\bcurl\\b[^|\\n]{0,400}?\\s(?:-b|--cookie)[\\s=]{1,3}["'\\\\]{0,16}([\\w.%-]{1,200}=[^"'\\s]+)`),
  shape(['bearer', 'basic'], `(?i)\\b(?:bearer|basic)\\s{1,3}([A-Za-z0-9._~+/-]{8,}=*)`, ([value = '']) =>
    /[0-9_+/=]|[a-z][A-Z]|[.-]\w/.test(value),
  ),
  shape(
    ['curl', 'http', 'wget', 'xh '],
    `\\b(?:curl|https?|http|xh|wget)\\b[^|;&\\n]{0,400}?\\s(?:-u|--user|-a|--auth|--proxy-user|-U)[\\s=]{1,3}["'\\\\]{0,16}([^\\s"':\\\\]{1,200}:[^\\s"'\\\\]{1,400})`,
  ),
  shape(['mysql', 'mariadb'], `\\b(?:mysql\\w{0,10}|mariadb[\\w-]{0,10})\\b[^|;&\\n]{0,200}?\\s-p([^\\s"']{1,200})`),
  shape(
    ['sshpass', ['login', '-p'], 'redis-cli'],
    `\\b(?:sshpass\\s{1,3}-p|\\w{2,10}\\s[^|;&\\n]{0,200}?\\blogin\\b[^|;&\\n]{0,200}?\\s-p|redis-cli\\b[^|;&\\n]{0,200}?\\s-a)\\s{0,3}["'\\\\]{0,16}([^\\s"'\\\\]{1,400})`,
  ),
  // .netrc
  shape([['login', 'password']], `(?i)\\blogin\\s{1,3}(\\S{1,200})\\s{1,3}password\\s{1,3}(\\S{1,400})`),
  shape(['password '], `(?i)\\bpassword\\s{1,3}(\\S{4,400})\\s{0,3}$`, ([value = '']) =>
    /[^a-z.,:;!?'")]/i.test(value),
  ),
  // openssl -passin pass:…
  shape(['pass:'], `\\bpass:([^\\s"'\\\\]{3,400})`),
  // .pgpass: host:port:database:user:password
  shape([':'], `(?:^|[\\s"'])[\\w.*-]{1,200}:(?:\\d{2,5}|\\*):[\\w*-]{1,60}:[\\w*-]{1,60}:([^\\s:]{3,200})`),
  // crypt(3), Apache, bcrypt, argon2
  shape(['$'], `\\$(?:1|2[abxy]?|5|6|7|y|apr1|argon2(?:id?|d)|scrypt|pbkdf2[\\w-]{0,20})\\$[^\\s"':\\\\]{12,400}`),
];
