export const COMMON_GRAMS: Readonly<Record<string, string>> = {};
