// What a DICOMweb archive says, in the DICOM JSON model (PS3.18, annex F): which objects it has stored, has refused or finds.

/** Media types of DICOM JSON; some archives use the general one. */
const TYPES = new Set(["application/dicom+json", "application/json"])

const SOP_INSTANCE_UID = "00080018"
const REFERENCED_SOP_INSTANCE_UID = "00081155"
const FAILURE_REASON = "00081197"
const FAILED_SOP_SEQUENCE = "00081198"
const REFERENCED_SOP_SEQUENCE = "00081199"

/** An answer of HTTP. */
interface Answer {
    /** The media type, without its parameters. */
    readonly type: string
    readonly text: string
}

/** Whether the answer to STOW-RS names the object as stored (PS3.18, table I.2-1: Referenced SOP Sequence). */
export function isStoredBy(answer: Answer, uid: string): boolean {
    const stored = itemsOf(parsed(answer), REFERENCED_SOP_SEQUENCE)
    return stored.some(item => valuesOf(item, REFERENCED_SOP_INSTANCE_UID)[0] === uid)
}

/** Why an object was not stored, by the answer to STOW-RS (PS3.18, table I.2-2); undefined if it names no failure of it. */
export function failureIn(answer: Answer, uid: string): string | undefined {
    const own = itemsOf(parsed(answer), FAILED_SOP_SEQUENCE).find(item => {
        const [of] = valuesOf(item, REFERENCED_SOP_INSTANCE_UID)
        return of === uid || of === undefined
    })
    if (own === undefined) return undefined
    const [reason] = valuesOf(own, FAILURE_REASON)
    return typeof reason === "number"
        ? `reason ${reason.toString(16).padStart(4, "0")}h`
        : "no reason given"
}

/** The UIDs of the instances in the answer to QIDO-RS; undefined if it is none. Studies have none. */
export function instancesIn(answer: Answer): readonly unknown[] | undefined {
    const found = parsed(answer)
    if (!Array.isArray(found)) return undefined
    return found.map(instance => valuesOf(instance, SOP_INSTANCE_UID)[0])
}

function parsed({ type, text }: Answer): unknown {
    if (!TYPES.has(type)) return undefined
    try {
        return JSON.parse(text)
    } catch {
        return undefined
    }
}

/** The values of an element; none where there is no such element, or the text is not as the model says. */
function valuesOf(elements: unknown, tag: string): readonly unknown[] {
    const element = (elements as Record<string, { Value?: unknown } | null> | null | undefined)?.[
        tag
    ]
    return Array.isArray(element?.Value) ? element.Value : []
}

const itemsOf = valuesOf
