import { expect, it } from 'vitest';
import { tellsOfCase, tellsOfWork } from '../../../src/decode/text/foreign-prose.ts';

it.each([
  '残高不足の表示を追加しました',
  '测试全部通过',
  '만료된 키를 처리하도록 수정했습니다',
  'Исправил ошибку входа',
  'Ich habe den Fehler 401 abgedeckt',
  "J'ai corrigé l'erreur",
  'El error venía de un token caducado: ya no ocurre',
])('%s tells of work', (line) => {
  expect(tellsOfWork(line)).toBe(true);
});

it.each(['если токен истёк, просим войти', 'показывается ошибка входа', 'теперь ошибка видна'])(
  '%s tells of a case',
  (line) => {
    expect(tellsOfCase(line)).toBe(true);
  },
);

it.each([
  'エラー: 処理を中断しました',
  '错误：余额不足，如需继续请充值',
  '오류: 키가 제거되었습니다',
  'Ошибка: срок действия токена истёк',
  'Fehler: Das Token ist abgelaufen',
  'El servidor rechazó la clave',
])('%s does not', (line) => {
  expect(tellsOfWork(line) || tellsOfCase(line)).toBe(false);
});
