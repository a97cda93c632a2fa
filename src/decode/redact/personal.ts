import { type SecretShape, shape } from './secret-shape.ts';

/** What is about people: e-mail addresses and card numbers. */
export const PERSONAL: readonly SecretShape[] = [
  // git@host is the name of a shared account, user@1000.service a unit of systemd.
  shape(
    ['@', '%40'],
    `([A-Za-z0-9._%+'-]{1,64}(?:@|%40)[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\\.){1,8}[A-Za-z]{2,24})`,
    ([address = '']) => !/^(?:git|hg|svn)@|\.(?:service|scope|slice|timer|socket|target)$/.test(address),
  ),
  shape([], `(?:^|[^\\w.-])([2-6](?:[ -]?\\d){12,18})(?:[^\\w-]|$)`, ([digits = '']) =>
    isCardNumber(digits.replace(/\D/g, '')),
  ),
];

/** Luhn's check (ISO/IEC 7812-1). */
function isCardNumber(digits: string): boolean {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return digits.length >= 13 && sum % 10 === 0;
}
