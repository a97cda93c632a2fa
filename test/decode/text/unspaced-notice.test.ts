import { expect, it } from 'vitest';
import { isNotice, isUnspaced } from '../../../src/decode/text/unspaced-notice.ts';

it.each([
  'トークンの有効期限が切れています',
  '今月の利用上限に達しました。来月までお待ちください。',
  '请求失败：用户额度不足，剩余额度 0。任务已终止。',
  '无效的 API 密钥',
  '토큰이 만료되었습니다. 다시 로그인하세요.',
  'サーバーに接続できませんでした (code 17)',
])('%s states a failure', (line) => {
  expect(isUnspaced(line)).toBe(true);
  expect(isNotice(line)).toBe(true);
});

it.each([
  '期限切れのトークンを見つける処理です',
  '残高不足を試す例を書きました',
  'トークンが無効なとき、画面は空のままです',
  'エラーはありません',
  '令牌已过期的用户会看到登录页',
  '三种情况：密码错误、账号锁定、令牌过期',
  '만료된 세션은 목록에 남습니다',
])('%s only speaks of one', (line) => {
  expect(isNotice(line)).toBe(false);
});

it('leaves a line with more Latin letters than others alone', () => {
  expect(isUnspaced('API Error: 402 insufficient_user_quota 余额不足了')).toBe(false);
});
