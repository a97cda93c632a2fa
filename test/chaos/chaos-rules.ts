/** Rules with times short enough for a test; otherwise like the shipped ones. */
export const CHAOS_RULES = `
schema: knell.rules/v1
pack: chaos
version: 1.0.0
runtime: claude-code
stall:
  warn: 5s
  abort: 20s
  open_tool: { warn: 5s }
signals:
  - { id: started, means: started, match: [{ event: system/init }] }
  - { id: done, means: success, match: [{ event: result, where: { is_error: false } }] }
rules:
  - id: token-expired
    title: The token has expired
    category: auth.token_expired
    scope: subscription
    severity: critical
    action: abort
    next: switch_subscription
    match:
      - { event: result, where: { is_error: true }, text: '(?i)token has expired' }
      - { line: 'Login expired · Please run /login', quiet: 4s }
    origin: { seen: 2026-11-22, source: made for this test }
    examples:
      match:
        - '{"type":"result","subtype":"success","is_error":true,"result":"OAuth token has expired"}'
        - 'Login expired · Please run /login'
      ignore:
        - '{"type":"result","subtype":"success","is_error":false,"result":"OAuth token has expired"}'
  - id: refused-twice
    title: The credential was refused twice
    category: auth.invalid_credentials
    scope: subscription
    severity: critical
    action: abort
    next: switch_subscription
    match:
      - { event: system/api_retry, where: { error_status: 401 }, repeat: { count: 2, within: 60s } }
    origin: { seen: 2026-11-22, source: made for this test }
    examples:
      match:
        - lines:
            - '{"type":"system","subtype":"api_retry","attempt":1,"error_status":401}'
            - '{"type":"system","subtype":"api_retry","attempt":2,"error_status":401}'
      ignore:
        - '{"type":"system","subtype":"api_retry","attempt":1,"error_status":529}'
`;
