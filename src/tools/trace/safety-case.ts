// Reads the hazards and requirements of boards/safety.md.

/** An id of a requirement, such as IVUS-MOT-001. */
export const REQUIREMENT_ID = "IVUS-[A-Z]{2,4}-\\d{3}"

export interface Requirement {
    readonly id: string
    readonly text: string
    /** The heading under which it stands. */
    readonly section: string
}

/** A hazard; its texts are Markdown. */
export interface Hazard {
    readonly id: string
    readonly title: string
    readonly cause: string
    readonly effect: string
    readonly control: string
    readonly residual: string
    /** Ids that the control names. */
    readonly requirements: readonly string[]
}

/** Something that nothing in this project controls or checks. */
export interface Uncontrolled {
    readonly what: string
    readonly why: string
}

export interface SafetyCase {
    readonly hazards: readonly Hazard[]
    readonly requirements: readonly Requirement[]
    readonly uncontrolled: readonly Uncontrolled[]
    /** What stands before the first section. */
    readonly introduction: readonly string[]
}

/** The section of what has no control here. */
export const UNCONTROLLED = "Without a control here"

/** Parses the Markdown of a safety case. */
export function parseSafetyCase(markdown: string): SafetyCase {
    const hazards: Hazard[] = []
    const requirements: Requirement[] = []
    const uncontrolled: Uncontrolled[] = []
    for (const { heading, body } of sections(markdown)) {
        const hazard = /^(HAZ-\d+): (.+)$/.exec(heading)
        if (hazard) hazards.push(hazardOf(hazard[1]!, hazard[2]!, body))
        for (const [id, text] of tableRows(body))
            if (new RegExp(`^${REQUIREMENT_ID}$`).test(id))
                requirements.push({ id, text, section: heading })
        if (heading === UNCONTROLLED)
            for (const [what, why] of tableRows(body).slice(1)) uncontrolled.push({ what, why })
    }
    return { hazards, requirements, uncontrolled, introduction: introductionOf(markdown) }
}

function sections(markdown: string): { heading: string; body: string }[] {
    return markdown
        .split(/^#{2,} /m)
        .slice(1)
        .map(part => {
            const end = part.indexOf("\n")
            return { heading: part.slice(0, end).trim(), body: part.slice(end + 1) }
        })
}

/** The first two cells of each row, without the line below the head. */
function tableRows(body: string): [string, string][] {
    return [...body.matchAll(/^\| (.+?) +\| (.+?) +\|/gm)]
        .filter(row => !/^-+$/.test(row[1]!))
        .map(row => [row[1]!.trim(), row[2]!.trim()])
}

function introductionOf(markdown: string): string[] {
    const [, text] = /^# .*\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(markdown) ?? []
    return (text ?? "")
        .split(/\n\s*\n/)
        .map(paragraph => paragraph.replace(/\s+/g, " ").trim())
        .filter(paragraph => paragraph !== "")
}

function hazardOf(id: string, title: string, body: string): Hazard {
    const part = (name: string): string => {
        const item = new RegExp(
            `^- \\*\\*${name}:\\*\\* ([\\s\\S]*?)(?=^- |^\\s*$|$(?![\\s\\S]))`,
            "m"
        )
        return (item.exec(body)?.[1] ?? "").replace(/\s+/g, " ").trim()
    }
    const control = part("Control")
    return {
        ...{ id, title, control },
        ...{ cause: part("Cause"), effect: part("Effect"), residual: part("Residual") },
        requirements: [...new Set(control.match(/IVUS-[A-Z]+-\d+/g) ?? [])],
    }
}
