// Types that parse a table written as one string, so that the compiler can check its rows.

/** The non-empty lines of a text. */
export type LinesOf<Text extends string> = Text extends `${infer Line}\n${infer Rest}`
    ? Line extends ""
        ? LinesOf<Rest>
        : [Line, ...LinesOf<Rest>]
    : []

/** The words of a line, separated by any number of blanks. */
export type WordsOf<
    Line extends string,
    Words extends string[] = [],
> = Line extends `${infer Word} ${infer Rest}`
    ? WordsOf<Rest, Word extends "" ? Words : [...Words, Word]>
    : [...Words, Line]

/** Does not compile unless T is `never`; the error names what T is. */
export type None<T extends never> = T
