// The content of report.dcm: a tree after TID 3250 "IVUS Report" (DICOM PS3.16). Its templates are extensible; what they have no
// concept for has one of this program's own.

import type { ListedLesion } from "../../../measure/lesions"
import type { ReferenceSegment, SegmentMeasures } from "../../../measure/segment-measures"
import type { Volumes } from "../../../measure/volumes"
import type { MeasuredRun } from "../../measured-run"
import { measurementsOf, volumeFrames } from "../../measurements"
import {
    type DicomReference,
    hashOf,
    MODEL_NAME,
    NOT_CLINICAL,
    runStateOf,
    uidOf,
} from "../dicom-common"
import { CODES, UNITS } from "./codes"
import {
    code,
    container,
    contains,
    image,
    type Item,
    number,
    related,
    text,
    uid,
} from "./content-items"
import { frameItem, position, type ReportFrames, siteItem } from "./frame-items"

/** More frames than this are not listed one by one: encoding them would take seconds. */
const LISTED_MAX = 1000
/** Points of a border in the list of frames: the area of a circle is 0.16 % larger than that of its polygon of 64. */
const LISTED_POINTS = 64

export function reportContent(measured: MeasuredRun, pullback: DicomReference | null): Item {
    const { results, measures, summary, segment } = measured
    const frames = { results, measures, pullback, isReviewed: segment.framesAccepted > 0 }
    return container(
        CODES.report,
        ...related("HAS CONCEPT MOD", code(CODES.language, CODES.english)),
        ...related("HAS OBS CONTEXT", ...observerItems(measured)),
        ...contains(
            comment(`${NOT_CLINICAL} ${runStateOf(summary)}${reviewText(segment)}`),
            ...(pullback ? [container(CODES.imageLibrary, ...contains(image(pullback)))] : []),
            container(
                CODES.findings,
                ...contains(
                    ...siteOfRun(measured),
                    ...lesionItems(segment, frames),
                    ...minimumItems(segment, frames),
                    ...(segment.volumes ? [volumeItem(segment.volumes)] : []),
                    ...measurementsOf(segment).notes.map(comment),
                    ...listItems(frames)
                )
            )
        )
    )
}

function reviewText({ framesAccepted, frames }: SegmentMeasures): string {
    if (framesAccepted === 0) return "Measured by the program, not reviewed by a person."
    if (framesAccepted === frames) return "Reviewed by a person."
    return `A person has reviewed ${framesAccepted} of ${frames} frames.`
}

const comment = (said: string): Item => text(CODES.comment, said)

/** TID 1002 and 1004: the device that measured. */
function observerItems({ provenance: { cart, host } }: MeasuredRun): Item[] {
    return [
        code(CODES.observerType, CODES.device),
        uid(CODES.deviceUid, uidOf(hashOf("device", cart ?? "unknown"))),
        text(CODES.deviceName, `${MODEL_NAME}, host ${host}`),
        text(CODES.deviceModel, MODEL_NAME),
        ...(cart === null ? [] : [text(CODES.deviceSerial, cart)]),
    ]
}

/** What the user said of the place; it is free text, which has no code. */
function siteOfRun({ about: { site } }: MeasuredRun): Item[] {
    const said = [site.vessel, site.side, site.segment, site.label].filter(word => word !== null)
    return said.length > 0 ? [comment(`Site: ${said.join(", ")}.`)] : []
}

/** The lesion that is measured in full, and the others. */
function lesionItems(segment: SegmentMeasures, frames: ReportFrames): Item[] {
    const { lesion, lesions } = segment
    const others = lesions.filter(({ min }) => min.i !== lesion?.min.i)
    return [
        ...(lesion ? [lesionItem(segment, frames)] : []),
        ...others.map((other, n) => otherLesionItem(other, n + (lesion ? 2 : 1), frames)),
    ]
}

/** TID 3252, of a lesion that is only listed. */
function otherLesionItem(lesion: ListedLesion, identifier: number, frames: ReportFrames): Item {
    const { fromMm, toMm, lengthMm, areaStenosisPercent, min } = lesion
    const items = [
        text(CODES.lesionIdentifier, String(identifier)),
        lengthMm !== null && number(CODES.lesionLength, UNITS.mm, lengthMm, 2),
        ...ends(fromMm, toMm),
        areaStenosisPercent !== null &&
            number(CODES.areaStenosis, UNITS.percent, areaStenosisPercent, 1),
        siteItem(CODES.siteOfMinimum, min.i, frames),
    ]
    return container(CODES.lesion, ...contains(...items.filter(item => item !== false)))
}

/** TID 3252. */
function lesionItem(segment: SegmentMeasures, frames: ReportFrames): Item {
    const { areaStenosisPercent, taperedReferenceMm2, remodellingIndex } = segment
    const { lesion, stentExpansionPercent, referenceProximal, referenceDistal } = segment
    const { lengthMm, fromMm, toMm, min } = lesion!
    const items = [
        text(CODES.lesionIdentifier, "1"),
        lengthMm !== null && number(CODES.lesionLength, UNITS.mm, lengthMm, 2),
        ...ends(fromMm, toMm),
        areaStenosisPercent !== null &&
            number(CODES.areaStenosis, UNITS.percent, areaStenosisPercent, 1),
        taperedReferenceMm2 !== null &&
            number(CODES.taperedReference, UNITS.mm2, taperedReferenceMm2, 3),
        remodellingIndex !== null && number(CODES.remodelling, UNITS.ratio, remodellingIndex, 3),
        stentExpansionPercent !== null &&
            number(CODES.stentExpansion, UNITS.ratio, stentExpansionPercent / 100, 3),
        siteItem(CODES.siteOfMinimum, min.i, frames),
        referenceProximal && referenceItem(CODES.proximalReference, referenceProximal),
        referenceDistal && referenceItem(CODES.distalReference, referenceDistal),
    ]
    return container(
        CODES.lesion,
        ...contains(...items.filter(item => item !== null && item !== false))
    )
}

/** The minimum of the pullback where it is not that of the lesion, and references without a lesion. */
function minimumItems(segment: SegmentMeasures, frames: ReportFrames): Item[] {
    const { mla, lesion, referenceProximal, referenceDistal } = segment
    const references = lesion
        ? []
        : [
              referenceProximal && referenceItem(CODES.proximalReference, referenceProximal),
              referenceDistal && referenceItem(CODES.distalReference, referenceDistal),
          ]
    return [
        mla && mla.i !== lesion?.min.i ? siteItem(CODES.siteOfMinimum, mla.i, frames) : null,
        ...references,
    ].filter(item => item !== null)
}

/** The means over a stretch of the vessel. */
function referenceItem(
    site: typeof CODES.proximalReference | typeof CODES.distalReference,
    { fromMm, toMm, areaMm2, vesselAreaMm2, source }: ReferenceSegment
): Item {
    const mean = related("HAS CONCEPT MOD", code(CODES.derivation, CODES.mean))
    return container(
        CODES.group,
        ...related("HAS CONCEPT MOD", code(CODES.findingSite, site)),
        ...contains(
            ...ends(fromMm, toMm),
            number(CODES.lumenArea, UNITS.mm2, areaMm2, 3, ...mean),
            ...(vesselAreaMm2 === null
                ? []
                : [number(CODES.vesselArea, UNITS.mm2, vesselAreaMm2, 3, ...mean)]),
            comment(source === "moved" ? "Set by a person." : "Found automatically.")
        )
    )
}

function ends(fromMm: number, toMm: number): Item[] {
    return [
        position(fromMm, code(CODES.derivation, CODES.minimum)),
        position(toMm, code(CODES.derivation, CODES.maximum)),
    ]
}

/** TID 3255. */
function volumeItem(volumes: Volumes): Item {
    const { fromMm, toMm, lumenMm3, vesselMm3, plaqueMm3, method } = volumes
    return container(
        CODES.group,
        ...related("HAS CONCEPT MOD", code(CODES.findingSite, CODES.entirePullback)),
        ...contains(
            ...ends(fromMm, toMm),
            number(CODES.volumeLength, UNITS.mm, toMm - fromMm, 2),
            number(CODES.lumenVolume, UNITS.mm3, lumenMm3, 1),
            ...(vesselMm3 === null ? [] : [number(CODES.vesselVolume, UNITS.mm3, vesselMm3, 1)]),
            ...(plaqueMm3 === null ? [] : [number(CODES.plaqueVolume, UNITS.mm3, plaqueMm3, 1)]),
            comment(`Volumes by ${method}'s rule: ${volumeFrames(volumes)}.`)
        )
    )
}

/** Every frame, with its border as points of its picture. */
function listItems(frames: ReportFrames): Item[] {
    const count = frames.measures.length
    if (count === 0) return []
    const step = Math.ceil(count / LISTED_MAX)
    const every = Math.max(1, Math.round(frames.results.geometry.linesPerFrame / LISTED_POINTS))
    const items: Item[] = []
    for (let i = 0; i < count; i += step) items.push(frameItem(i, frames, every))
    const thinned = step === 1 ? [] : [comment(`One of ${step} frames is listed.`)]
    return [container(CODES.frames, ...contains(...thinned, ...items))]
}
