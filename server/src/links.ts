/** The page of a rule. */
export const pageOf = (rule: string): string => `https://github.com/plimsoll/plimsoll/blob/main/docs/rules/${rule}.md`;
