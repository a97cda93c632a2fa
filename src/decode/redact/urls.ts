import { REDACTED, type SecretShape, shape } from './secret-shape.ts';

const PARAMETER =
  '(?:[\\w.-]{0,40}?(?:token|secret|passw(?:or)?d|pwd|passphrase|signature|credential|api[_-]?key|apikey|access[_-]?key|auth|assertion|session|jwt|ticket|otp|hmac|nonce|state|private)[\\w.-]{0,20}|key|sig|code|pass|sid|x-amz-[\\w-]{1,40}|x-goog-[\\w-]{1,40}|awsaccesskeyid|googleaccessid|expires_token|hdnts|hdnea)';

/** Secrets inside addresses: who logs in, parameters of the query and of the fragment, and the paths of webhooks. */
export const URL_SECRETS: readonly SecretShape[] = [
  webhook(['hooks.slack.com'], 'hooks\\.slack(?:-gov)?\\.com/(?:services|workflows|triggers)/'),
  webhook(['discord'], '(?:ptb\\.|canary\\.)?discord(?:app)?\\.com/api/(?:v\\d{1,2}/)?webhooks/'),
  webhook(['webhook'], '(?:outlook\\.office(?:365)?\\.com|[\\w-]{1,80}\\.webhook\\.office\\.com)/webhook(?:b2)?/'),
  webhook(['webhook.site'], 'webhook\\.site/'),
  webhook(['hooks.zapier.com'], 'hooks\\.zapier\\.com/hooks/(?:catch|standard)/'),
  webhook(['make.com', 'integromat'], 'hook\\.[\\w.]{0,20}(?:make|integromat)\\.com/'),
  webhook(['maker.ifttt.com'], 'maker\\.ifttt\\.com/trigger/[\\w-]{1,100}/(?:json/)?with/key/'),
  webhook(['api.telegram.org'], 'api\\.telegram\\.org/(?:file/)?bot'),
  webhook(['chat.googleapis.com'], 'chat\\.googleapis\\.com/v1/spaces/'),
  webhook(['feishu.cn', 'larksuite.com'], 'open\\.(?:feishu\\.cn|larksuite\\.com)/open-apis/bot/(?:v\\d/)?hook/'),
  webhook(['qyapi.weixin'], 'qyapi\\.weixin\\.qq\\.com/cgi-bin/webhook/send\\?'),
  webhook(['logic.azure.com'], 'logic\\.azure\\.com(?::\\d+)?/workflows/'),
  webhook(['pipedream.net'], '//([\\w-]{8,80})\\.m\\.pipedream\\.net'),
  webhook(['hc-ping.com'], 'hc-ping\\.com/'),
  // Mattermost, Rocket.Chat, Gitea, n8n: /hooks/ and an opaque id
  webhook(
    ['/hooks/', '/webhook/', '/webhooks/'],
    '/(?:hooks|webhooks?)/(?:[\\w-]{1,40}/)?',
    '[A-Za-z0-9][A-Za-z0-9/_-]{15,400}',
  ),
  // scheme://user:password@host, and a token alone before the @
  shape(
    ['://'],
    `\\b[A-Za-z][\\w+.-]{1,30}://([^\\s/@"'<>\\\\\\x60]+(?:[^\\s"'<>\\\\@]{0,200}[^\\s/"'<>\\\\@]{1,200})??)@[\\w.\\[:-]`,
  ),
  shape(['='], `(?i)[?&#;](?:amp;)?${PARAMETER}(?:=|%3d)(?P<secret>[^&#\\s"'<>\\\\\\x60)\\]]+)`),
  // A long value without a telling name
  shape(
    ['?', '#', '&'],
    `[?&#][\\w.-]{1,40}=(?P<secret>[A-Za-z0-9_%+/=.~-]{24,})`,
    ([value = '']) => /\d/.test(value) && /[A-Za-z]/.test(value),
  ),
];

function webhook(words: readonly string[], place: string, secret = '[^\\s"\'<>\\\\\\x60)\\]]{6,}'): SecretShape {
  return shape(words, `${place}(?P<secret>${secret})`, ([value = '']) => value !== REDACTED);
}
