/** What a word processor puts before the items of a list, in the text it leaves for others. */
const BULLET = /^[ \t]*(?:[•·‣▪▫◦●○■□–➢➤✓\uF0B7\uF0A7\uF0D8\uF076]|o(?=\t))[ \t]+/;

/**
 * Text from a word processor as it would have been typed: one line ending, plain spaces, lists with "- ", and nothing
 * that cannot be seen. Quotation marks, dashes and accents stay as they were written.
 */
export function plainFromPaste(text: string): string {
	return text
		.replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
		.replace(/[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g, ' ')
		.replace(/[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]/g, '')
		.split('\n')
		.map((line) =>
			line
				.replace(BULLET, '- ')
				.replace(/^([ ]*\d{1,3}[.)])\t+/, '$1 ')
				.replaceAll('\t', ' ')
				.replace(/[ ]+$/, '')
		)
		.join('\n')
		.replace(/[^\P{Cc}\n]|[\uF000-\uF0FF]/gu, '')
		.replace(/\n{3,}/g, '\n\n');
}
