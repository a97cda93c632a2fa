/** What models tell in other languages than English; a whole sentence without spaces, `unspaced-notice.ts` weighs. */

/** Work that somebody has done: no program says so of its own failure. */
const DONE = [
  // Japanese: `修正しました`, `追加済み`, `テストは全て成功しています`, `…ように直しました`.
  '(?:修正|追加|実装|対応|翻訳|整理|改善|検証|作成|リファクタリング)(?:しました|しておきました|済み|完了|できました)|直しました|(?:書き足し|書き換え|加え|まとめ|移し|仕上げ)ました|ようにしました',
  '(?:テスト|ビルド|検査)[^。]{0,12}(?:通りました|通ります|成功|合格|パスし)|(?:全て|すべて)(?:成功|通過|合格)|発生しなくなりました|原因でした|ことでした',
  // Chinese: `已修复`, `我加了`, `测试全部通过`, `问题已解决`, and in other characters.
  '已经?(?:修[复正復]|添加|实现|實現|解决|解決|更正|重构|改(?:成|为|為)|把|补充|補充|覆盖)|我(?:已|加|改|修|把|将|將|添|写|寫|用|给|給)',
  '修[复復](?:完成|好了|了)|(?:新增|添加|增加|修改|重写|补充|改进|翻译)了|(?:测试|測試|用例|构建|編譯|编译)[^。，]{0,8}(?:通过|通過|成功)|全部通过|问题已解决|改好了',
  // Korean: `수정했습니다`, `테스트는 모두 통과`.
  '(?:수정|추가|번역|제거|구현|개선|작성|정리|반영|리팩터링|리팩토링)(?:했|하였|해 ?두었|해 ?뒀|을 마쳤|를 마쳤|완료)|고쳤습니다|바꿨습니다|통과(?:했|합|하)',
  // Russian and Ukrainian.
  '(?<!\\p{L})(?:(?:исправил|добавил|обновил|реализовал|переписал)\\p{L}*|исправлено|виправив|додав|тесты?[^.]{0,20}(?:проход|прошл|зел[её]н)\\p{L}*)(?!\\p{L})',
  // German, French, Spanish, Italian, Portuguese, Polish, Turkish, Vietnamese.
  "(?<!\\p{L})(?:Ich habe|habe ich|j['’]ai|he (?:añadido|corregido|actualizado|agregado|cambiado)|ho (?:aggiunto|corretto|aggiornato|modificato)|adicionei|corrigi|atualizei|añadí|agregué|corregí|doda[łl]em|poprawi[łl]em|ekledim|düzelttim)(?!\\p{L})",
  '(?<!\\p{L})(?:(?:die|alle) Tests? (?:laufen|sind grün|bestehen)|les tests? passent|(?:las pruebas|los tests) pasan|os testes passam|i test passano|testler geçiyor|đã (?:sửa|thêm|cập nhật) )',
  // What was wrong: `El error venía de …`.
  "^(?:El|La|Le|Der|Das|Il|Lo|O|L['’])\\s?(?:error|erreur|Fehler|errore|erro|problem\\p{L}*|problème|causa|cause)\\s(?:venía|era|fue|se debía|venait|était|lag|kam|war|veniva|dipendeva|vinha)(?!\\p{L})",
].join('|');

/** A case, and what comes of it now: `если токен истёк`, `показывается`. */
const TOLD =
  '(?<!\\p{L})(?:если|когда|якщо)(?!\\p{L})[^.]{0,60}(?:ист|недейств|превыш|исчерп|ошибк|прерв)|(?<!\\p{L})(?:показыва|отобража)\\p{L}+|(?<!\\p{L})теперь(?!\\p{L})';

const done = new RegExp(DONE, 'iu');
const told = new RegExp(TOLD, 'iu');

/** Whether a line tells of work that its speaker has done. */
export function tellsOfWork(line: string): boolean {
  return done.test(line);
}

/** Whether a line tells of a case or of what is shown; programs may begin a body like that. */
export function tellsOfCase(line: string): boolean {
  return told.test(line);
}
