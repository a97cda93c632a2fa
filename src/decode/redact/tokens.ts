import { type SecretShape, shape } from './secret-shape.ts';
import { VENDOR_TOKENS } from './vendor-tokens.ts';

/**
 * Secrets that show themselves by their own form. The table of a scanner wants each token whole; these take a token also
 * where a line or a message has cut it, and those that the table lacks. Sources: the providers' documented prefixes.
 */
const OWN: readonly (readonly [words: readonly string[], pattern: string])[] = [
  [['sk-'], '\\bsk-[A-Za-z0-9_-]{8,}'],
  [['aiza'], '\\bAIza[A-Za-z0-9_-]{20,}'],
  [['gh'], '\\bgh[pousr]_[A-Za-z0-9_.-]{16,}'],
  [['github_pat_'], '\\bgithub_pat_[A-Za-z0-9_]{16,}'],
  [['xox', 'xapp'], '\\b(?:xox[a-z](?:\\.xox[a-z])?|xapp)-[A-Za-z0-9-]{8,}'],
  [['akia', 'asia', 'aroa', 'aida', 'abia', 'acca'], '\\b(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{12,}'],
  // JSON Web Tokens and JSON Web Encryption (RFC 7519, RFC 7516); a header alone says nothing.
  [['ey'], '\\bey[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*){1,4}\\.?[A-Za-z0-9_-]*'],
  [['v1.', 'v2.', 'v3.', 'v4.'], '\\bv[1-4]\\.(?:local|public)\\.[A-Za-z0-9_.-]{20,}'],
  [['gaaaaa'], '\\bgAAAAA[A-Za-z0-9_-]{50,}={0,2}'],
  [['gl'], '\\b(?:glpat|gldt|glrt|glptt|glft|glsoat|glcbt|glagent|glimt|glffct)-[A-Za-z0-9_.-]{16,}'],
  [
    ['npm_', 'hf_', 'gsk_', 'r8_', 'fw_', 'pplx-', 'nvapi-', 'tvly-', 'xai-', 'csk-', 'together', 'api_org_'],
    '\\b(?:npm_|hf_|gsk_|r8_|fw_|pplx-|nvapi-|tvly-|xai-|csk-|tgp_v1_|api_org_)[A-Za-z0-9_-]{16,}',
  ],
  [['ya29.', '1//', 'gocspx-', '4/0'], '(?:\\bya29\\.|\\b1//0|\\bGOCSPX-|\\b4/0A)[A-Za-z0-9_-]{16,}'],
  [['_live_', '_test_', 'whsec_'], '\\b(?:(?:sk|rk|pk|cs)_(?:live|test)|whsec)_[A-Za-z0-9+/=]{10,}'],
  [['dckr_'], '\\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{16,}'],
  [['hvs.', 'hvb.', 'hvr.'], '\\bhv[sbr]\\.[A-Za-z0-9_-]{20,}'],
  [
    [
      'sbp_',
      'sb_secret_',
      'ntn_',
      'secret_',
      'lin_',
      'figd_',
      'tskey-',
      'phx_',
      'phc_',
      'pmak-',
      'shp',
      'sq0',
      'eaaa',
      'sntry',
      'dapi',
      'dp.',
      'pul-',
      'rnd_',
      'vcp_',
      'cfut_',
      'v1.0-',
      'dop_',
      'doo_',
      'dor_',
      'ops_ey',
      'nfp_',
      'hrku-',
      'rubygems_',
      'pypi-',
      'sg.',
      'atatt3',
      'atctt3',
      'atbb',
      'glsa_',
      'glc_',
      'nrak-',
      'bkua_',
      'ccipat_',
      'ctp',
      'sgp_',
      'jira',
      'apify_api_',
      'prefect',
      'fo1_',
      'fm2_',
      'oy2',
      'cio',
    ],
    '\\b(?:sbp_|sb_secret_|ntn_|secret_|lin_(?:api|oauth)_|figd_|tskey-[a-z]{2,12}-|ph[xc]_|PMAK-|shp(?:at|ca|pa|ss|ua)_|sq0(?:atp|csp|idp)-|EAAA|sntry[su]_|dapi|dp\\.[a-z]{2,4}\\.|pul-|rnd_|vcp_|cfut_|v1\\.0-|do[opr]_v1_|ops_ey|nfp_|HRKU-|rubygems_|pypi-|SG\\.|AT[AC]TT3|ATBB|gls?[ac]_|NRAK-|bkua_|CCIPAT_|sgp_|apify_api_|fo1_|fm2_|oy2)[A-Za-z0-9_.=+/-]{20,}',
  ],
  // NATS: seeds of nkeys, and the bodies of their JWTs are JSON Web Tokens
  [['s'], '\\bS[UANOCX][A-Z2-7]{56}\\b'],
  [['bot'], '\\bbot\\d{8,10}:[A-Za-z0-9_-]{30,}'],
  [[':aa'], '\\b\\d{8,10}:AA[A-Za-z0-9_-]{30,}'],
  // Azure: keys of storage accounts and of Cosmos DB (88 characters), AWS secret keys beside their id
  [['=='], '\\b[A-Za-z0-9+/]{86}=='],
  [['q~'], '\\b[A-Za-z0-9_~.]{3}\\dQ~[A-Za-z0-9_~.-]{20,}'],
  [['mfrggz'], 'MFRGGZ[A-Z2-7]{20,}'],
  [['discord', 'mt', 'nj', 'od', 'nz', 'ot'], '\\b[MNO][A-Za-z0-9_-]{22,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,45}'],
];

/** A secret key of AWS has no form of its own but its length; it is believed beside its name or its id. */
const AWS_SECRET_KEY = shape(
  ['aws', 'akia', 'asia'],
  '(?i:aws|akia|asia)[^\\n]{0,80}?[\\s"\':=,]([A-Za-z0-9+/]{40})(?:[^A-Za-z0-9+/=]|$)',
  ([key = '']) => /\d/.test(key) && /[A-Z]/.test(key) && /[a-z]/.test(key),
);

/** A line out of the middle of a key, or anything else that long without a break. */
const LONG_RUN = shape(
  [],
  '(?:^|[^A-Za-z0-9+/])([A-Za-z0-9+/]{60,}={0,2})',
  ([run = '']) => count(run, /\d/g) >= 3 && count(run, /[A-Z]/g) >= 8 && count(run, /[a-z]/g) >= 8,
);

function count(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0;
}

export const TOKENS: readonly SecretShape[] = [
  ...OWN.map(([words, pattern]) => shape(words, pattern)),
  AWS_SECRET_KEY,
  ...VENDOR_TOKENS.map(([, words, pattern]) => shape(words, pattern)),
  LONG_RUN,
];
