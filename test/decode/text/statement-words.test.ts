import { expect, it } from 'vitest';
import {
  isAboutWork,
  isWeakStatement,
  saysFailure,
  speaksOfFailure,
} from '../../../src/decode/text/statement-words.ts';

it.each(['Claude run failed', 'FatalError', 'agent gave up', 'ошибка', '请求失败', '模型服务繁忙'])(
  '%s speaks of a failure',
  (phrase) => {
    expect(speaksOfFailure(phrase)).toBe(true);
  },
);

it.each(['Model', 'result of the run', 'terrors'])('%s does not', (phrase) => {
  expect(speaksOfFailure(phrase)).toBe(false);
});

it('knows sentences that state a failure, in small letters only behind a phrase or of a worker', () => {
  expect(isWeakStatement('Your session has expired', false)).toBe(true);
  expect(isWeakStatement('Failed to connect', false)).toBe(true);
  expect(isWeakStatement('failed to connect', false)).toBe(false);
  expect(isWeakStatement('failed to connect', true)).toBe(true);
  expect(isWeakStatement('agent died early', false)).toBe(true);
  expect(isWeakStatement('The weather is fine', false)).toBe(false);
});

it('looks for a predicate in short lines only', () => {
  expect(saysFailure('the wheel is broken')).toBe(true);
  expect(saysFailure(`${'x '.repeat(200)}is broken`)).toBe(false);
  expect(saysFailure('all is well')).toBe(false);
  expect(saysFailure('利用制限に達しました。')).toBe(true);
  expect(saysFailure('テストは通りました。')).toBe(false);
});

it('tells the work itself from what runs beside it', () => {
  expect(isAboutWork('failed to start the agent')).toBe(true);
  expect(isAboutWork('failed to write the cache')).toBe(false);
});

it.each([
  '额度已用尽',
  '令牌已过期',
  '请求超时',
  '账号被封禁',
  'トークンの期限切れ',
  '鍵が無効',
  '容量の超過',
  '토큰이 만료',
  '한도 초과',
  '요청이 거부',
  'лимит исчерпан',
  'срок истёк',
  'не удалось войти',
  'доступ недоступен',
  'Anmeldung abgelaufen',
  'Kontingent aufgebraucht',
  'Schlüssel ungültig',
  'Dienst nicht erreichbar',
  'session expirée',
  'quota épuisé',
  'jeton expiré',
  'accès refusé',
  'délai dépassé',
  'agent arrêté',
  'requête refusée',
  'impossible de joindre',
  'sesión caducada',
  'saldo insuficiente',
  'no se pudo conectar',
  'sessão expirada',
  'cota esgotada',
  'não foi possível entrar',
  'sessione scaduta',
  'credito esaurito',
  'sleutel ongeldig',
  'sessie verlopen',
  'økten er utløpt',
  'jobbet misslyckades',
  'sesja wygasła',
  'nie powiodło się',
  'oturum süresi doldu',
  'giriş başarısız',
  'something went wrong',
])('%s speaks of a failure in its own language', (phrase) => {
  expect(speaksOfFailure(phrase)).toBe(true);
});

it.each([
  '额度充足',
  '令牌有效',
  '请求正常',
  '鍵が有効',
  '토큰이 유효',
  'лимит не тронут',
  'доступен',
  'Anmeldung gültig',
  'Dienst erreichbar',
  'expiration',
  'session ouverte',
  'refuser',
  'sesión iniciada',
  'saldo suficiente',
  'cota livre',
  'sessione aperta',
  'sleutel geldig',
  'økten er åpen',
  'stopplicht',
  'sesja otwarta',
  'oturum açık',
  'all went well',
])('%s does not', (phrase) => {
  expect(speaksOfFailure(phrase)).toBe(false);
});
