// Finds the tests whose titles name the requirements that they verify: "brakes when it is released [IVUS-MOT-010]".

import { REQUIREMENT_ID } from "./safety-case"

/** A test that names requirements. */
export interface TracedTest {
    readonly file: string
    /** The name of its suite; empty if it is not a plain text. */
    readonly suite: string
    /** The title as written, without the ids; a template keeps its `${…}`. */
    readonly title: string
    readonly ids: readonly string[]
}

/** A list of ids in brackets. Other prefixes than those of a requirement are found too, so that a misspelt one is not overlooked. */
const LIST = "\\[(IVUS-[\\w-]+(?:, IVUS-[\\w-]+)*)\\]"
/** The call of a suite with a title that ends with such a list. `.skip` is not a test. */
const TITLE = new RegExp(
    `(?:^|[\\s;])(\\w+(?:\\.only)?)\\(\\s*(["'\`])((?:(?!\\2)[^\\\\\\n]|\\\\.)*?) ?${LIST}\\2`,
    "g"
)

/** The name of a variable that holds a suite, and the suite's name. */
const SUITE = /const (\w+) = suite(?:<\w+>)?\(\s*"([^"]*)"/g

export interface FoundTests {
    readonly tests: readonly TracedTest[]
    /** Lists of ids that are not at the end of a test's title. */
    readonly misplaced: readonly string[]
}

/** The tests of one source file. Lines of comments do not count. */
export function tracedTests(file: string, source: string): FoundTests {
    if (!source.includes("[IVUS-")) return { tests: [], misplaced: [] }
    const code = source.replace(/^\s*(\/\/|\*|\/\*).*$/gm, "")
    const suites = new Map([...code.matchAll(SUITE)].map(([, name, text]) => [name!, text!]))
    const tests = [...code.matchAll(TITLE)].map(match => ({
        file,
        suite: suites.get(match[1]!.replace(".only", "")) ?? "",
        title: match[3]!,
        ids: match[4]!.split(", "),
    }))
    const misplaced = (code.replace(TITLE, "").match(new RegExp(LIST, "g")) ?? []).map(
        list => `${file}: ${list}`
    )
    return { tests, misplaced }
}

/** The ids at the end of the title of a test that ran. */
export function idsOf(title: string): string[] {
    return new RegExp(` ?${LIST}$`).exec(title)?.[1]?.split(", ") ?? []
}

/** A title without its ids. */
export function withoutIds(title: string): string {
    return title.replace(new RegExp(` ?${LIST}$`), "")
}

/** Whether an id has the form of a requirement's. */
export const isRequirementId = (id: string): boolean => new RegExp(`^${REQUIREMENT_ID}$`).test(id)
