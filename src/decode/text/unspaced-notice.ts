/** Notices in Japanese, Chinese and Korean, whose sentences end with what they say. */

const SCRIPT = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/g;
/** So many letters of such a script, and more than of any other, are a sentence in it. */
const LETTERS = 5;

/** What is said last of what failed. */
const FAILS = new RegExp(
  `(?:${[
    '(?:切れ|失効|無効|拒否|超過|達し|不足|失敗|エラー|停止|中断|中止|終了|制限|混雑|必要|発生|過負荷|タイムアウト|混み合って|し?て?い?(?:ません|られません|ない)|(?:でき|あり|なり|かり)ません)(?:です|でした|しました|されました|ました|なりました|し?て?います|され?ています|になりました)?(?:でした)?',
    '(?:过期|過期|失效|失败|失敗|错误|錯誤|异常|異常|不足|无效|無效|不可用|上限|限额|限額|限制|用完|用尽|耗尽|禁用|封禁|拒绝|拒絕|终止|終止|停止|中断|退出|过载|繁忙|超时|超時|饱和|不存在|未找到|找不到|登录|登入|授权|欠费|超限|冻结|停用|撤销|频繁|过长|为空)了?',
    '(?:만료|초과|실패|거부|부족|중단|종료|오류|필요|도달|소진|과부하|혼잡|유효하지 않|존재하지 않|찾을 수 없|할 수 없|되어 있지 않|없|제한)(?:되었습니다|됐습니다|했습니다|되었어요|합니다|습니다|입니다|됩니다|니다|됨|함)?',
  ].join('|')})$`,
);
/** The same before what it is said of: `无效的 API 密钥`. */
const BEFORE =
  /^(?:(?:无效|無效|错误|过期|無効|不正)(?:的|な) ?[^的をがはに]{1,16}|(?:잘못된|유효하지 않은) [^다]{1,16})$/;
/** Nothing is said to have failed. */
const DENIED =
  /(?:問題|エラー|異常|失敗|変更|追加|修正)(?:は|も|が)[^。]*(?:ません|ない)|没有(?:错误|问题|失败|异常)|(?:오류|문제)[는가도] 없/;
/** Several failures are only spoken of. */
const LISTED = /[^、]{2,}、[^、]{2,}、[^、]{2,}/;
/** What a person is to do, when it is over, and the numbers and names that belong to it. */
const BESIDE =
  /(?:ください|下さい|お願いします|お待ち|お試し|リセット(?:されます)?|再開(?:します)?|세요|십시오|바랍니다|초기화됩니다)$|^(?:请|請|如需|如有|如要|若需|可以?在?|需要?|您可|或|建议|将于|將於|预计|稍后|稍後|重置|恢复|前往|剩余|剩餘|当前|目前|距离)|^[\x00-\x7f\s]*$|重置$|恢复$/;
const ASIDE = /[(（【[][^)）】\]]*[)）】\]]|`[^`]*`|"[^"]*"|[「『“][^」』”]{1,16}[」』”]|\d[\d,.:/-]*(?:%|円|元|원)?$/g;

/** Whether a line is written in such a script. */
export function isUnspaced(body: string): boolean {
  const letters = body.match(SCRIPT)?.length ?? 0;
  return letters >= LETTERS && letters >= (body.match(/[A-Za-z]/g)?.length ?? 0);
}

/**
 * Whether a line in such a script states a failure and nothing else: each sentence ends with it, or says what to do. One in
 * which the failure's words are an attribute, a condition or a quotation tells of something else. Pure.
 */
export function isNotice(body: string): boolean {
  if (DENIED.test(body) || LISTED.test(body)) return false;
  const clauses = body
    .replace(ASIDE, ' ')
    .split(/[。．！!；;，：:·]|\. |、(?=[请請])/)
    .map((clause) => clause.trim().replace(/\.$/, ''))
    .filter((clause) => clause !== '');
  const fails = clauses.filter((clause) => FAILS.test(clause) || BEFORE.test(clause));
  return fails.length > 0 && clauses.every((clause) => fails.includes(clause) || BESIDE.test(clause));
}
