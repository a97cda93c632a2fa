/*
 * How the tokens of many vendors look: the table of gitleaks, config/gitleaks.toml at v8.30.1-27-gb58d3f1 (2026-07-22),
 * https://github.com/gitleaks/gitleaks. Changed here: what must follow a token is anything but a letter or digit, since agents
 * print tokens inside escaped JSON too; entropy and allow lists are left out, since a text hidden in vain costs little;
 * and so are its generic rules (`generic-api-key`, `curl-auth-*`, `private-key`, `jwt-base64`), which the other files of this folder do.
 *
 * MIT License
 *
 * Copyright (c) 2019 Zachary Rice
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy
 * of this software and associated documentation files (the "Software"), to deal
 * in the Software without restriction, including without limitation the rights
 * to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 * FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 * SOFTWARE.
 */

/** An id, the words of which one must be there (in lower case), and a pattern in RE2 syntax; its groups, else all of it, are secret. */
export type VendorToken = readonly [id: string, words: readonly string[], pattern: string];

export const VENDOR_TOKENS: readonly VendorToken[] = [
  [
    '1password-secret-key',
    ['a3-'],
    String.raw`\bA3-[A-Z0-9]{6}-(?:(?:[A-Z0-9]{11})|(?:[A-Z0-9]{6}-[A-Z0-9]{5}))-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}\b`,
  ],
  ['1password-service-account-token', ['ops_'], 'ops_eyJ[a-zA-Z0-9+/]{250,}={0,3}'],
  [
    'adafruit-api-key',
    ['adafruit'],
    String.raw`(?i)[\w.-]{0,50}?(?:adafruit)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9_-]{32})(?:\W|$)`,
  ],
  [
    'adobe-client-id',
    ['adobe'],
    String.raw`(?i)[\w.-]{0,50}?(?:adobe)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{32})(?:\W|$)`,
  ],
  ['adobe-client-secret', ['p8e-'], String.raw`\b(p8e-(?i)[a-z0-9]{32})(?:\W|$)`],
  ['age-secret-key', ['age-secret-key-1'], 'AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}'],
  [
    'airtable-api-key',
    ['airtable'],
    String.raw`(?i)[\w.-]{0,50}?(?:airtable)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{17})(?:\W|$)`,
  ],
  ['airtable-personnal-access-token', ['airtable'], String.raw`\b(pat[[:alnum:]]{14}\.[a-f0-9]{64})\b`],
  [
    'algolia-api-key',
    ['algolia'],
    String.raw`(?i)[\w.-]{0,50}?(?:algolia)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?:\W|$)`,
  ],
  ['alibaba-access-key-id', ['ltai'], String.raw`\b(LTAI(?i)[a-z0-9]{20})(?:\W|$)`],
  [
    'alibaba-secret-key',
    ['alibaba'],
    String.raw`(?i)[\w.-]{0,50}?(?:alibaba)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{30})(?:\W|$)`,
  ],
  ['anthropic-admin-api-key', ['sk-ant-admin01'], String.raw`\b(sk-ant-admin01-[a-zA-Z0-9_\-]{93}AA)(?:\W|$)`],
  ['anthropic-api-key', ['sk-ant-api03'], String.raw`\b(sk-ant-api03-[a-zA-Z0-9_\-]{93}AA)(?:\W|$)`],
  ['artifactory-api-key', ['akcp'], String.raw`\bAKCp[A-Za-z0-9]{69}\b`],
  ['artifactory-reference-token', ['cmvmd'], String.raw`\bcmVmd[A-Za-z0-9]{59}\b`],
  [
    'asana-client-id',
    ['asana'],
    String.raw`(?i)[\w.-]{0,50}?(?:asana)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9]{16})(?:\W|$)`,
  ],
  [
    'asana-client-secret',
    ['asana'],
    String.raw`(?i)[\w.-]{0,50}?(?:asana)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?:\W|$)`,
  ],
  [
    'atlassian-api-token',
    ['atlassian', 'confluence', 'jira', 'atatt3'],
    String.raw`(?i)[\w.-]{0,50}?(?:(?-i:ATLASSIAN|[Aa]tlassian)|(?-i:CONFLUENCE|[Cc]onfluence)|(?-i:JIRA|[Jj]ira))(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{20}[a-f0-9]{4})(?:\W|$)|\b(ATATT3[A-Za-z0-9_\-=]{186})(?:\W|$)`,
  ],
  [
    'authress-service-client-access-key',
    ['sc_', 'ext_', 'scauth_', 'authress_'],
    String.raw`\b((?:sc|ext|scauth|authress)_(?i)[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.(?-i:acc)[_-][a-z0-9-]{10,32}\.[a-z0-9+/_=-]{30,120})(?:\W|$)`,
  ],
  [
    'aws-access-token',
    ['a3t', 'akia', 'asia', 'abia', 'acca'],
    String.raw`\b((?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})\b`,
  ],
  ['aws-amazon-bedrock-api-key-long-lived', ['absk'], String.raw`\b(ABSK[A-Za-z0-9+/]{109,269}={0,2})(?:\W|$)`],
  ['aws-amazon-bedrock-api-key-short-lived', ['bedrock-api-key-'], 'bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t'],
  [
    'azure-ad-client-secret',
    ['q~'],
    String.raw`(?:^|[\\'"\x60\s>=:(,)])([a-zA-Z0-9_~.]{3}\dQ~[a-zA-Z0-9_~.-]{31,34})(?:$|[\\'"\x60\s<),])`,
  ],
  [
    'beamer-api-token',
    ['beamer'],
    String.raw`(?i)[\w.-]{0,50}?(?:beamer)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(b_[a-z0-9=_\-]{44})(?:\W|$)`,
  ],
  [
    'bitbucket-client-id',
    ['bitbucket'],
    String.raw`(?i)[\w.-]{0,50}?(?:bitbucket)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?:\W|$)`,
  ],
  [
    'bitbucket-client-secret',
    ['bitbucket'],
    String.raw`(?i)[\w.-]{0,50}?(?:bitbucket)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{64})(?:\W|$)`,
  ],
  [
    'bittrex-access-key',
    ['bittrex'],
    String.raw`(?i)[\w.-]{0,50}?(?:bittrex)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?:\W|$)`,
  ],
  [
    'bittrex-secret-key',
    ['bittrex'],
    String.raw`(?i)[\w.-]{0,50}?(?:bittrex)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?:\W|$)`,
  ],
  [
    'cisco-meraki-api-key',
    ['meraki'],
    String.raw`[\w.-]{0,50}?(?i:[\w.-]{0,50}?(?:(?-i:[Mm]eraki|MERAKI))(?:[ \t\w.-]{0,20})[\s'"]{0,3})(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{40})(?:\W|$)`,
  ],
  ['clickhouse-cloud-api-secret-key', ['4b1d'], String.raw`\b(4b1d[A-Za-z0-9]{38})\b`],
  ['clojars-api-token', ['clojars_'], '(?i)CLOJARS_[a-z0-9]{60}'],
  [
    'cloudflare-api-key',
    ['cloudflare'],
    String.raw`(?i)[\w.-]{0,50}?(?:cloudflare)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9_-]{40})(?:\W|$)`,
  ],
  [
    'cloudflare-global-api-key',
    ['cloudflare'],
    String.raw`(?i)[\w.-]{0,50}?(?:cloudflare)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{37})(?:\W|$)`,
  ],
  ['cloudflare-origin-ca-key', ['cloudflare', 'v1.0-'], String.raw`\b(v1\.0-[a-f0-9]{24}-[a-f0-9]{146})(?:\W|$)`],
  [
    'codecov-access-token',
    ['codecov'],
    String.raw`(?i)[\w.-]{0,50}?(?:codecov)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?:\W|$)`,
  ],
  [
    'cohere-api-token',
    ['cohere', 'co_api_key'],
    String.raw`[\w.-]{0,50}?(?i:[\w.-]{0,50}?(?:cohere|CO_API_KEY)(?:[ \t\w.-]{0,20})[\s'"]{0,3})(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-zA-Z0-9]{40})(?:\W|$)`,
  ],
  [
    'coinbase-access-token',
    ['coinbase'],
    String.raw`(?i)[\w.-]{0,50}?(?:coinbase)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9_-]{64})(?:\W|$)`,
  ],
  [
    'confluent-access-token',
    ['confluent'],
    String.raw`(?i)[\w.-]{0,50}?(?:confluent)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{16})(?:\W|$)`,
  ],
  [
    'confluent-secret-key',
    ['confluent'],
    String.raw`(?i)[\w.-]{0,50}?(?:confluent)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{64})(?:\W|$)`,
  ],
  [
    'contentful-delivery-api-token',
    ['contentful'],
    String.raw`(?i)[\w.-]{0,50}?(?:contentful)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{43})(?:\W|$)`,
  ],
  ['databricks-api-token', ['dapi'], String.raw`\b(dapi[a-f0-9]{32}(?:-\d)?)(?:\W|$)`],
  [
    'datadog-access-token',
    ['datadog'],
    String.raw`(?i)[\w.-]{0,50}?(?:datadog)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{40})(?:\W|$)`,
  ],
  [
    'defined-networking-api-token',
    ['dnkey'],
    String.raw`(?i)[\w.-]{0,50}?(?:dnkey)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(dnkey-[a-z0-9=_\-]{26}-[a-z0-9=_\-]{52})(?:\W|$)`,
  ],
  ['digitalocean-access-token', ['doo_v1_'], String.raw`\b(doo_v1_[a-f0-9]{64})(?:\W|$)`],
  ['digitalocean-pat', ['dop_v1_'], String.raw`\b(dop_v1_[a-f0-9]{64})(?:\W|$)`],
  ['digitalocean-refresh-token', ['dor_v1_'], String.raw`(?i)\b(dor_v1_[a-f0-9]{64})(?:\W|$)`],
  [
    'discord-api-token',
    ['discord'],
    String.raw`(?i)[\w.-]{0,50}?(?:discord)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{64})(?:\W|$)`,
  ],
  [
    'discord-client-id',
    ['discord'],
    String.raw`(?i)[\w.-]{0,50}?(?:discord)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9]{18})(?:\W|$)`,
  ],
  [
    'discord-client-secret',
    ['discord'],
    String.raw`(?i)[\w.-]{0,50}?(?:discord)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{32})(?:\W|$)`,
  ],
  ['doppler-api-token', ['dp.pt.'], String.raw`dp\.pt\.(?i)[a-z0-9]{43}`],
  [
    'droneci-access-token',
    ['droneci'],
    String.raw`(?i)[\w.-]{0,50}?(?:droneci)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?:\W|$)`,
  ],
  [
    'dropbox-api-token',
    ['dropbox'],
    String.raw`(?i)[\w.-]{0,50}?(?:dropbox)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{15})(?:\W|$)`,
  ],
  [
    'dropbox-long-lived-api-token',
    ['dropbox'],
    String.raw`(?i)[\w.-]{0,50}?(?:dropbox)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{11}(AAAAAAAAAA)[a-z0-9\-_=]{43})(?:\W|$)`,
  ],
  [
    'dropbox-short-lived-api-token',
    ['dropbox'],
    String.raw`(?i)[\w.-]{0,50}?(?:dropbox)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(sl\.[a-z0-9\-=_]{135})(?:\W|$)`,
  ],
  ['duffel-api-token', ['duffel_'], String.raw`duffel_(?:test|live)_(?i)[a-z0-9_\-=]{43}`],
  ['dynatrace-api-token', ['dt0c01.'], String.raw`dt0c01\.(?i)[a-z0-9]{24}\.[a-z0-9]{64}`],
  ['easypost-api-token', ['ezak'], String.raw`\bEZAK(?i)[a-z0-9]{54}\b`],
  ['easypost-test-api-token', ['eztk'], String.raw`\bEZTK(?i)[a-z0-9]{54}\b`],
  [
    'etsy-access-token',
    ['etsy'],
    String.raw`(?i)[\w.-]{0,50}?(?:(?-i:ETSY|[Ee]tsy))(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{24})(?:\W|$)`,
  ],
  ['facebook-access-token', ['facebook'], String.raw`(?i)\b(\d{15,16}(\||%)[0-9a-z\-_]{27,40})(?:\W|$)`],
  ['facebook-page-access-token', ['eaam', 'eaac'], String.raw`\b(EAA[MC](?i)[a-z0-9]{100,})(?:\W|$)`],
  [
    'facebook-secret',
    ['facebook'],
    String.raw`(?i)[\w.-]{0,50}?(?:facebook)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{32})(?:\W|$)`,
  ],
  [
    'fastly-api-token',
    ['fastly'],
    String.raw`(?i)[\w.-]{0,50}?(?:fastly)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{32})(?:\W|$)`,
  ],
  [
    'finicity-api-token',
    ['finicity'],
    String.raw`(?i)[\w.-]{0,50}?(?:finicity)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{32})(?:\W|$)`,
  ],
  [
    'finicity-client-secret',
    ['finicity'],
    String.raw`(?i)[\w.-]{0,50}?(?:finicity)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{20})(?:\W|$)`,
  ],
  [
    'finnhub-access-token',
    ['finnhub'],
    String.raw`(?i)[\w.-]{0,50}?(?:finnhub)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{20})(?:\W|$)`,
  ],
  [
    'flickr-access-token',
    ['flickr'],
    String.raw`(?i)[\w.-]{0,50}?(?:flickr)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?:\W|$)`,
  ],
  ['flutterwave-encryption-key', ['flwseck_test'], 'FLWSECK_TEST-(?i)[a-h0-9]{12}'],
  ['flutterwave-public-key', ['flwpubk_test'], 'FLWPUBK_TEST-(?i)[a-h0-9]{32}-X'],
  ['flutterwave-secret-key', ['flwseck_test'], 'FLWSECK_TEST-(?i)[a-h0-9]{32}-X'],
  [
    'flyio-access-token',
    ['fo1_', 'fm1', 'fm2_'],
    String.raw`\b((?:fo1_[\w-]{43}|fm1[ar]_[a-zA-Z0-9+\/]{100,}={0,3}|fm2_[a-zA-Z0-9+\/]{100,}={0,3}))(?:\W|$)`,
  ],
  ['frameio-api-token', ['fio-u-'], String.raw`fio-u-(?i)[a-z0-9\-_=]{64}`],
  ['freemius-secret-key', ['secret_key'], String.raw`(?i)["']secret_key["']\s*=>\s*["'](sk_[\S]{29})["']`],
  [
    'freshbooks-access-token',
    ['freshbooks'],
    String.raw`(?i)[\w.-]{0,50}?(?:freshbooks)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{64})(?:\W|$)`,
  ],
  ['gcp-api-key', ['aiza'], String.raw`\b(AIza[\w-]{35})(?:\W|$)`],
  ['github-app-token', ['ghu_', 'ghs_'], '(?:ghu|ghs)_[0-9a-zA-Z]{36}'],
  ['github-fine-grained-pat', ['github_pat_'], String.raw`github_pat_\w{82}`],
  ['github-oauth', ['gho_'], 'gho_[0-9a-zA-Z]{36}'],
  ['github-pat', ['ghp_'], 'ghp_[0-9a-zA-Z]{36}'],
  ['github-refresh-token', ['ghr_'], 'ghr_[0-9a-zA-Z]{36}'],
  ['gitlab-cicd-job-token', ['glcbt-'], 'glcbt-[0-9a-zA-Z]{1,5}_[0-9a-zA-Z_-]{20}'],
  ['gitlab-deploy-token', ['gldt-'], String.raw`gldt-[0-9a-zA-Z_\-]{20}`],
  ['gitlab-feature-flag-client-token', ['glffct-'], String.raw`glffct-[0-9a-zA-Z_\-]{20}`],
  ['gitlab-feed-token', ['glft-'], String.raw`glft-[0-9a-zA-Z_\-]{20}`],
  ['gitlab-incoming-mail-token', ['glimt-'], String.raw`glimt-[0-9a-zA-Z_\-]{25}`],
  ['gitlab-kubernetes-agent-token', ['glagent-'], String.raw`glagent-[0-9a-zA-Z_\-]{50}`],
  ['gitlab-oauth-app-secret', ['gloas-'], String.raw`gloas-[0-9a-zA-Z_\-]{64}`],
  ['gitlab-pat', ['glpat-'], String.raw`glpat-[\w-]{20}`],
  ['gitlab-pat-routable', ['glpat-'], String.raw`\bglpat-[0-9a-zA-Z_-]{27,300}\.[0-9a-z]{2}[0-9a-z]{7}\b`],
  ['gitlab-ptt', ['glptt-'], 'glptt-[0-9a-f]{40}'],
  ['gitlab-rrt', ['gr1348941'], String.raw`GR1348941[\w-]{20}`],
  ['gitlab-runner-authentication-token', ['glrt-'], String.raw`glrt-[0-9a-zA-Z_\-]{20}`],
  [
    'gitlab-runner-authentication-token-routable',
    ['glrt-'],
    String.raw`\bglrt-t\d_[0-9a-zA-Z_\-]{27,300}\.[0-9a-z]{2}[0-9a-z]{7}\b`,
  ],
  ['gitlab-scim-token', ['glsoat-'], String.raw`glsoat-[0-9a-zA-Z_\-]{20}`],
  ['gitlab-session-cookie', ['_gitlab_session='], '_gitlab_session=[0-9a-z]{32}'],
  [
    'gitter-access-token',
    ['gitter'],
    String.raw`(?i)[\w.-]{0,50}?(?:gitter)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9_-]{40})(?:\W|$)`,
  ],
  [
    'gocardless-api-token',
    ['live_', 'gocardless'],
    String.raw`(?i)[\w.-]{0,50}?(?:gocardless)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(live_(?i)[a-z0-9\-_=]{40})(?:\W|$)`,
  ],
  ['grafana-api-key', ['eyjrijoi'], String.raw`(?i)\b(eyJrIjoi[A-Za-z0-9]{70,400}={0,3})(?:\W|$)`],
  ['grafana-cloud-api-token', ['glc_'], String.raw`(?i)\b(glc_[A-Za-z0-9+/]{32,400}={0,3})(?:\W|$)`],
  ['grafana-service-account-token', ['glsa_'], String.raw`(?i)\b(glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8})(?:\W|$)`],
  ['harness-api-key', ['pat.', 'sat.'], String.raw`(?:pat|sat)\.[a-zA-Z0-9_-]{22}\.[a-zA-Z0-9]{24}\.[a-zA-Z0-9]{20}`],
  ['hashicorp-tf-api-token', ['atlasv1'], String.raw`(?i)[a-z0-9]{14}\.(?-i:atlasv1)\.[a-z0-9\-_=]{60,70}`],
  [
    'hashicorp-tf-password',
    ['administrator_login_password', 'password'],
    String.raw`(?i)[\w.-]{0,50}?(?:administrator_login_password|password)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}("[a-z0-9=_\-]{8,20}")(?:\W|$)`,
  ],
  [
    'heroku-api-key',
    ['heroku'],
    String.raw`(?i)[\w.-]{0,50}?(?:heroku)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\W|$)`,
  ],
  ['heroku-api-key-v2', ['hrku-aa'], String.raw`\b((HRKU-AA[0-9a-zA-Z_-]{58}))(?:\W|$)`],
  [
    'hubspot-api-key',
    ['hubspot'],
    String.raw`(?i)[\w.-]{0,50}?(?:hubspot)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12})(?:\W|$)`,
  ],
  ['huggingface-access-token', ['hf_'], String.raw`\b(hf_(?i:[a-z]{34}))(?:\W|$)`],
  ['huggingface-organization-api-token', ['api_org_'], String.raw`\b(api_org_(?i:[a-z]{34}))(?:\W|$)`],
  ['infracost-api-token', ['ico-'], String.raw`\b(ico-[a-zA-Z0-9]{32})(?:\W|$)`],
  [
    'intercom-api-key',
    ['intercom'],
    String.raw`(?i)[\w.-]{0,50}?(?:intercom)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{60})(?:\W|$)`,
  ],
  [
    'intra42-client-secret',
    ['intra', 's-s4t2ud-', 's-s4t2af-'],
    String.raw`\b(s-s4t2(?:ud|af)-(?i)[abcdef0123456789]{64})(?:\W|$)`,
  ],
  [
    'jfrog-api-key',
    ['jfrog', 'artifactory', 'bintray', 'xray'],
    String.raw`(?i)[\w.-]{0,50}?(?:jfrog|artifactory|bintray|xray)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{73})(?:\W|$)`,
  ],
  [
    'jfrog-identity-token',
    ['jfrog', 'artifactory', 'bintray', 'xray'],
    String.raw`(?i)[\w.-]{0,50}?(?:jfrog|artifactory|bintray|xray)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{64})(?:\W|$)`,
  ],
  [
    'jwt',
    ['ey'],
    String.raw`\b(ey[a-zA-Z0-9]{17,}\.ey[a-zA-Z0-9\/\\_-]{17,}\.(?:[a-zA-Z0-9\/\\_-]{10,}={0,2})?)(?:\W|$)`,
  ],
  [
    'kraken-access-token',
    ['kraken'],
    String.raw`(?i)[\w.-]{0,50}?(?:kraken)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9\/=_\+\-]{80,90})(?:\W|$)`,
  ],
  [
    'kubernetes-secret-yaml',
    ['secret'],
    String.raw`(?i)(?:\bkind:[ \t]*["']?\bsecret\b["']?(?s:.){0,200}?\bdata:(?s:.){0,100}?\s+([\w.-]+:(?:[ \t]*(?:\||>[-+]?)\s+)?[ \t]*(?:["']?[a-z0-9+/]{10,}={0,3}["']?|\{\{[ \t\w"|$:=,.-]+}}|""|''))|\bdata:(?s:.){0,100}?\s+([\w.-]+:(?:[ \t]*(?:\||>[-+]?)\s+)?[ \t]*(?:["']?[a-z0-9+/]{10,}={0,3}["']?|\{\{[ \t\w"|$:=,.-]+}}|""|''))(?s:.){0,200}?\bkind:[ \t]*["']?\bsecret\b["']?)`,
  ],
  [
    'kucoin-access-token',
    ['kucoin'],
    String.raw`(?i)[\w.-]{0,50}?(?:kucoin)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{24})(?:\W|$)`,
  ],
  [
    'kucoin-secret-key',
    ['kucoin'],
    String.raw`(?i)[\w.-]{0,50}?(?:kucoin)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\W|$)`,
  ],
  [
    'launchdarkly-access-token',
    ['launchdarkly'],
    String.raw`(?i)[\w.-]{0,50}?(?:launchdarkly)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{40})(?:\W|$)`,
  ],
  ['linear-api-key', ['lin_api_'], 'lin_api_(?i)[a-z0-9]{40}'],
  [
    'linear-client-secret',
    ['linear'],
    String.raw`(?i)[\w.-]{0,50}?(?:linear)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{32})(?:\W|$)`,
  ],
  [
    'linkedin-client-id',
    ['linkedin', 'linked_in', 'linked-in'],
    String.raw`(?i)[\w.-]{0,50}?(?:linked[_-]?in)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{14})(?:\W|$)`,
  ],
  [
    'linkedin-client-secret',
    ['linkedin', 'linked_in', 'linked-in'],
    String.raw`(?i)[\w.-]{0,50}?(?:linked[_-]?in)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{16})(?:\W|$)`,
  ],
  [
    'lob-api-key',
    ['test_', 'live_'],
    String.raw`(?i)[\w.-]{0,50}?(?:lob)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}((live|test)_[a-f0-9]{35})(?:\W|$)`,
  ],
  [
    'lob-pub-api-key',
    ['test_pub', 'live_pub', '_pub'],
    String.raw`(?i)[\w.-]{0,50}?(?:lob)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}((test|live)_pub_[a-f0-9]{31})(?:\W|$)`,
  ],
  [
    'looker-client-id',
    ['looker'],
    String.raw`(?i)[\w.-]{0,50}?(?:looker)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{20})(?:\W|$)`,
  ],
  [
    'looker-client-secret',
    ['looker'],
    String.raw`(?i)[\w.-]{0,50}?(?:looker)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{24})(?:\W|$)`,
  ],
  [
    'mailchimp-api-key',
    ['mailchimp'],
    String.raw`(?i)[\w.-]{0,50}?(?:MailchimpSDK.initialize|mailchimp)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{32}-us\d\d)(?:\W|$)`,
  ],
  [
    'mailgun-private-api-token',
    ['mailgun'],
    String.raw`(?i)[\w.-]{0,50}?(?:mailgun)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(key-[a-f0-9]{32})(?:\W|$)`,
  ],
  [
    'mailgun-pub-key',
    ['mailgun'],
    String.raw`(?i)[\w.-]{0,50}?(?:mailgun)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(pubkey-[a-f0-9]{32})(?:\W|$)`,
  ],
  [
    'mailgun-signing-key',
    ['mailgun'],
    String.raw`(?i)[\w.-]{0,50}?(?:mailgun)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-h0-9]{32}-[a-h0-9]{8}-[a-h0-9]{8})(?:\W|$)`,
  ],
  [
    'mapbox-api-token',
    ['mapbox'],
    String.raw`(?i)[\w.-]{0,50}?(?:mapbox)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(pk\.[a-z0-9]{60}\.[a-z0-9]{22})(?:\W|$)`,
  ],
  [
    'mattermost-access-token',
    ['mattermost'],
    String.raw`(?i)[\w.-]{0,50}?(?:mattermost)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{26})(?:\W|$)`,
  ],
  ['maxmind-license-key', ['_mmk'], String.raw`\b([A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk)(?:\W|$)`],
  [
    'messagebird-api-token',
    ['messagebird', 'message-bird', 'message_bird'],
    String.raw`(?i)[\w.-]{0,50}?(?:message[_-]?bird)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{25})(?:\W|$)`,
  ],
  [
    'messagebird-client-id',
    ['messagebird', 'message-bird', 'message_bird'],
    String.raw`(?i)[\w.-]{0,50}?(?:message[_-]?bird)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\W|$)`,
  ],
  [
    'microsoft-teams-webhook',
    ['webhook.office.com', 'webhookb2', 'incomingwebhook'],
    String.raw`https://[a-z0-9]+\.webhook\.office\.com/webhookb2/[a-z0-9]{8}-([a-z0-9]{4}-){3}[a-z0-9]{12}@[a-z0-9]{8}-([a-z0-9]{4}-){3}[a-z0-9]{12}/IncomingWebhook/[a-z0-9]{32}/[a-z0-9]{8}-([a-z0-9]{4}-){3}[a-z0-9]{12}`,
  ],
  [
    'netlify-access-token',
    ['netlify'],
    String.raw`(?i)[\w.-]{0,50}?(?:netlify)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{40,46})(?:\W|$)`,
  ],
  [
    'new-relic-browser-api-token',
    ['nrjs-'],
    String.raw`(?i)[\w.-]{0,50}?(?:new-relic|newrelic|new_relic)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(NRJS-[a-f0-9]{19})(?:\W|$)`,
  ],
  [
    'new-relic-insert-key',
    ['nrii-'],
    String.raw`(?i)[\w.-]{0,50}?(?:new-relic|newrelic|new_relic)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(NRII-[a-z0-9-]{32})(?:\W|$)`,
  ],
  [
    'new-relic-user-api-id',
    ['new-relic', 'newrelic', 'new_relic'],
    String.raw`(?i)[\w.-]{0,50}?(?:new-relic|newrelic|new_relic)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{64})(?:\W|$)`,
  ],
  [
    'new-relic-user-api-key',
    ['nrak'],
    String.raw`(?i)[\w.-]{0,50}?(?:new-relic|newrelic|new_relic)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(NRAK-[a-z0-9]{27})(?:\W|$)`,
  ],
  ['notion-api-token', ['ntn_'], String.raw`\b(ntn_[0-9]{11}[A-Za-z0-9]{32}[A-Za-z0-9]{3})(?:\W|$)`],
  ['npm-access-token', ['npm_'], String.raw`(?i)\b(npm_[a-z0-9]{36})(?:\W|$)`],
  [
    'nuget-config-password',
    ['<add key='],
    String.raw`(?i)<add key=\"(?:(?:ClearText)?Password)\"\s*value=\"(.{8,})\"\s*/>`,
  ],
  [
    'nytimes-access-token',
    ['nytimes', 'new-york-times', 'newyorktimes'],
    String.raw`(?i)[\w.-]{0,50}?(?:nytimes|new-york-times,|newyorktimes)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{32})(?:\W|$)`,
  ],
  ['octopus-deploy-api-key', ['api-'], String.raw`\b(API-[A-Z0-9]{26})(?:\W|$)`],
  [
    'okta-access-token',
    ['okta'],
    String.raw`[\w.-]{0,50}?(?i:[\w.-]{0,50}?(?:(?-i:[Oo]kta|OKTA))(?:[ \t\w.-]{0,20})[\s'"]{0,3})(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(00[\w=\-]{40})(?:\W|$)`,
  ],
  [
    'openai-api-key',
    ['t3blbkfj'],
    String.raw`\b(sk-(?:proj|svcacct|admin)-(?:[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58})T3BlbkFJ(?:[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58})\b|sk-[a-zA-Z0-9]{20}T3BlbkFJ[a-zA-Z0-9]{20})(?:\W|$)`,
  ],
  ['openshift-user-token', ['sha256~'], String.raw`\b(sha256~[\w-]{43})(?:[^\w-]|$)`],
  ['perplexity-api-key', ['pplx-'], String.raw`\b(pplx-[a-zA-Z0-9]{48})(?:[\x60'"\s;]|\\[nr]|$|\b)`],
  [
    'plaid-api-token',
    ['plaid'],
    String.raw`(?i)[\w.-]{0,50}?(?:plaid)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(access-(?:sandbox|development|production)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\W|$)`,
  ],
  [
    'plaid-client-id',
    ['plaid'],
    String.raw`(?i)[\w.-]{0,50}?(?:plaid)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{24})(?:\W|$)`,
  ],
  [
    'plaid-secret-key',
    ['plaid'],
    String.raw`(?i)[\w.-]{0,50}?(?:plaid)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{30})(?:\W|$)`,
  ],
  ['planetscale-api-token', ['pscale_tkn_'], String.raw`\b(pscale_tkn_(?i)[\w=\.-]{32,64})(?:\W|$)`],
  ['planetscale-oauth-token', ['pscale_oauth_'], String.raw`\b(pscale_oauth_[\w=\.-]{32,64})(?:\W|$)`],
  ['planetscale-password', ['pscale_pw_'], String.raw`(?i)\b(pscale_pw_(?i)[\w=\.-]{32,64})(?:\W|$)`],
  ['postman-api-token', ['pmak-'], String.raw`\b(PMAK-(?i)[a-f0-9]{24}\-[a-f0-9]{34})(?:\W|$)`],
  ['prefect-api-token', ['pnu_'], String.raw`\b(pnu_[a-zA-Z0-9]{36})(?:\W|$)`],
  [
    'privateai-api-token',
    ['privateai', 'private_ai', 'private-ai'],
    String.raw`[\w.-]{0,50}?(?i:[\w.-]{0,50}?(?:private[_-]?ai)(?:[ \t\w.-]{0,20})[\s'"]{0,3})(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?:\W|$)`,
  ],
  ['pulumi-api-token', ['pul-'], String.raw`\b(pul-[a-f0-9]{40})(?:\W|$)`],
  ['pypi-upload-token', ['pypi-ageichlwas5vcmc'], String.raw`pypi-AgEIcHlwaS5vcmc[\w-]{50,1000}`],
  [
    'rapidapi-access-token',
    ['rapidapi'],
    String.raw`(?i)[\w.-]{0,50}?(?:rapidapi)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9_-]{50})(?:\W|$)`,
  ],
  ['readme-api-token', ['rdme_'], String.raw`\b(rdme_[a-z0-9]{70})(?:\W|$)`],
  ['rubygems-api-token', ['rubygems_'], String.raw`\b(rubygems_[a-f0-9]{48})(?:\W|$)`],
  ['scalingo-api-token', ['tk-us-'], String.raw`\b(tk-us-[\w-]{48})(?:\W|$)`],
  [
    'sendbird-access-id',
    ['sendbird'],
    String.raw`(?i)[\w.-]{0,50}?(?:sendbird)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\W|$)`,
  ],
  [
    'sendbird-access-token',
    ['sendbird'],
    String.raw`(?i)[\w.-]{0,50}?(?:sendbird)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{40})(?:\W|$)`,
  ],
  ['sendgrid-api-token', ['sg.'], String.raw`\b(SG\.(?i)[a-z0-9=_\-\.]{66})(?:\W|$)`],
  ['sendinblue-api-token', ['xkeysib-'], String.raw`\b(xkeysib-[a-f0-9]{64}\-(?i)[a-z0-9]{16})(?:\W|$)`],
  [
    'sentry-access-token',
    ['sentry'],
    String.raw`(?i)[\w.-]{0,50}?(?:sentry)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{64})(?:\W|$)`,
  ],
  [
    'sentry-org-token',
    ['sntrys_eyjpyxqio'],
    String.raw`\bsntrys_eyJpYXQiO[a-zA-Z0-9+/]{10,200}(?:LCJyZWdpb25fdXJs|InJlZ2lvbl91cmwi|cmVnaW9uX3VybCI6)[a-zA-Z0-9+/]{10,200}={0,2}_[a-zA-Z0-9+/]{43}(?:[^a-zA-Z0-9+/]|$)`,
  ],
  ['sentry-user-token', ['sntryu_'], String.raw`\b(sntryu_[a-f0-9]{64})(?:\W|$)`],
  ['settlemint-application-access-token', ['sm_aat'], String.raw`\b(sm_aat_[a-zA-Z0-9]{16})(?:\W|$)`],
  ['settlemint-personal-access-token', ['sm_pat'], String.raw`\b(sm_pat_[a-zA-Z0-9]{16})(?:\W|$)`],
  ['settlemint-service-access-token', ['sm_sat'], String.raw`\b(sm_sat_[a-zA-Z0-9]{16})(?:\W|$)`],
  ['shippo-api-token', ['shippo_'], String.raw`\b(shippo_(?:live|test)_[a-fA-F0-9]{40})(?:\W|$)`],
  ['shopify-access-token', ['shpat_'], 'shpat_[a-fA-F0-9]{32}'],
  ['shopify-custom-access-token', ['shpca_'], 'shpca_[a-fA-F0-9]{32}'],
  ['shopify-private-app-access-token', ['shppa_'], 'shppa_[a-fA-F0-9]{32}'],
  ['shopify-shared-secret', ['shpss_'], 'shpss_[a-fA-F0-9]{32}'],
  [
    'sidekiq-secret',
    ['bundle_enterprise__contribsys__com', 'bundle_gems__contribsys__com'],
    String.raw`(?i)[\w.-]{0,50}?(?:BUNDLE_ENTERPRISE__CONTRIBSYS__COM|BUNDLE_GEMS__CONTRIBSYS__COM)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{8}:[a-f0-9]{8})(?:\W|$)`,
  ],
  [
    'sidekiq-sensitive-url',
    ['gems.contribsys.com', 'enterprise.contribsys.com'],
    String.raw`(?i)\bhttps?://([a-f0-9]{8}:[a-f0-9]{8})@(?:gems.contribsys.com|enterprise.contribsys.com)(?:[\/|\#|\?|:]|$)`,
  ],
  ['slack-app-token', ['xapp'], String.raw`(?i)xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]+`],
  ['slack-bot-token', ['xoxb'], 'xoxb-[0-9]{10,13}-[0-9]{10,13}[a-zA-Z0-9-]*'],
  ['slack-config-access-token', ['xoxe.xoxb-', 'xoxe.xoxp-'], String.raw`(?i)xoxe.xox[bp]-\d-[A-Z0-9]{163,166}`],
  ['slack-config-refresh-token', ['xoxe-'], String.raw`(?i)xoxe-\d-[A-Z0-9]{146}`],
  ['slack-legacy-bot-token', ['xoxb'], 'xoxb-[0-9]{8,14}-[a-zA-Z0-9]{18,26}'],
  ['slack-legacy-token', ['xoxo', 'xoxs'], String.raw`xox[os]-\d+-\d+-\d+-[a-fA-F\d]+`],
  ['slack-legacy-workspace-token', ['xoxa', 'xoxr'], String.raw`xox[ar]-(?:\d-)?[0-9a-zA-Z]{8,48}`],
  ['slack-user-token', ['xoxp-', 'xoxe-'], 'xox[pe](?:-[0-9]{10,13}){3}-[a-zA-Z0-9-]{28,34}'],
  [
    'slack-webhook-url',
    ['hooks.slack.com'],
    '(?:https?://)?hooks.slack.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{43,56}',
  ],
  [
    'snyk-api-token',
    ['snyk'],
    String.raw`(?i)[\w.-]{0,50}?(?:snyk[_.-]?(?:(?:api|oauth)[_.-]?)?(?:key|token))(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\W|$)`,
  ],
  [
    'sonar-api-token',
    ['sonar'],
    String.raw`(?i)[\w.-]{0,50}?(?:sonar[_.-]?(login|token))(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}((?:squ_|sqp_|sqa_)?[a-z0-9=_\-]{40})(?:\W|$)`,
  ],
  [
    'sourcegraph-access-token',
    ['sgp_', 'sourcegraph'],
    String.raw`(?i)\b(\b(sgp_(?:[a-fA-F0-9]{16}|local)_[a-fA-F0-9]{40}|sgp_[a-fA-F0-9]{40}|[a-fA-F0-9]{40})\b)(?:\W|$)`,
  ],
  ['square-access-token', ['sq0atp-', 'eaaa'], String.raw`\b((?:EAAA|sq0atp-)[\w-]{22,60})(?:\W|$)`],
  [
    'squarespace-access-token',
    ['squarespace'],
    String.raw`(?i)[\w.-]{0,50}?(?:squarespace)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\W|$)`,
  ],
  [
    'stripe-access-token',
    ['sk_test', 'sk_live', 'sk_prod', 'rk_test', 'rk_live', 'rk_prod'],
    String.raw`\b((?:sk|rk)_(?:test|live|prod)_[a-zA-Z0-9]{10,99})(?:\W|$)`,
  ],
  [
    'sumologic-access-id',
    ['sumo'],
    String.raw`[\w.-]{0,50}?(?i:[\w.-]{0,50}?(?:(?-i:[Ss]umo|SUMO))(?:[ \t\w.-]{0,20})[\s'"]{0,3})(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(su[a-zA-Z0-9]{12})(?:\W|$)`,
  ],
  [
    'sumologic-access-token',
    ['sumo'],
    String.raw`(?i)[\w.-]{0,50}?(?:(?-i:[Ss]umo|SUMO))(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{64})(?:\W|$)`,
  ],
  [
    'telegram-bot-api-token',
    ['telegr'],
    String.raw`(?i)[\w.-]{0,50}?(?:telegr)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9]{5,16}:(?-i:A)[a-z0-9_\-]{34})(?:\W|$)`,
  ],
  [
    'travisci-access-token',
    ['travis'],
    String.raw`(?i)[\w.-]{0,50}?(?:travis)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{22})(?:\W|$)`,
  ],
  ['twilio-api-key', ['sk'], 'SK[0-9a-fA-F]{32}'],
  [
    'twitch-api-token',
    ['twitch'],
    String.raw`(?i)[\w.-]{0,50}?(?:twitch)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{30})(?:\W|$)`,
  ],
  [
    'twitter-access-secret',
    ['twitter'],
    String.raw`(?i)[\w.-]{0,50}?(?:twitter)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{45})(?:\W|$)`,
  ],
  [
    'twitter-access-token',
    ['twitter'],
    String.raw`(?i)[\w.-]{0,50}?(?:twitter)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9]{15,25}-[a-zA-Z0-9]{20,40})(?:\W|$)`,
  ],
  [
    'twitter-api-key',
    ['twitter'],
    String.raw`(?i)[\w.-]{0,50}?(?:twitter)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{25})(?:\W|$)`,
  ],
  [
    'twitter-api-secret',
    ['twitter'],
    String.raw`(?i)[\w.-]{0,50}?(?:twitter)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{50})(?:\W|$)`,
  ],
  [
    'twitter-bearer-token',
    ['twitter'],
    String.raw`(?i)[\w.-]{0,50}?(?:twitter)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(A{22}[a-zA-Z0-9%]{80,100})(?:\W|$)`,
  ],
  [
    'typeform-api-token',
    ['tfp_'],
    String.raw`(?i)[\w.-]{0,50}?(?:typeform)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(tfp_[a-z0-9\-_\.=]{59})(?:\W|$)`,
  ],
  ['vault-batch-token', ['hvb.'], String.raw`\b(hvb\.[\w-]{138,300})(?:\W|$)`],
  ['vault-service-token', ['hvs.', 's.'], String.raw`\b((?:hvs\.[\w-]{90,120}|s\.(?i:[a-z0-9]{24})))(?:\W|$)`],
  [
    'yandex-access-token',
    ['yandex'],
    String.raw`(?i)[\w.-]{0,50}?(?:yandex)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(t1\.[A-Z0-9a-z_-]+[=]{0,2}\.[A-Z0-9a-z_-]{86}[=]{0,2})(?:\W|$)`,
  ],
  [
    'yandex-api-key',
    ['yandex'],
    String.raw`(?i)[\w.-]{0,50}?(?:yandex)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(AQVN[A-Za-z0-9_\-]{35,38})(?:\W|$)`,
  ],
  [
    'yandex-aws-access-token',
    ['yandex'],
    String.raw`(?i)[\w.-]{0,50}?(?:yandex)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(YC[a-zA-Z0-9_\-]{38})(?:\W|$)`,
  ],
  [
    'zendesk-secret-key',
    ['zendesk'],
    String.raw`(?i)[\w.-]{0,50}?(?:zendesk)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{40})(?:\W|$)`,
  ],
];
