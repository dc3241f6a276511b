// The figures of a pullback as a whole, each with unit, confidence and the reason where there is none.

import type { FrameMeasures } from "../../measure/frame-measures"
import type { ListedLesion } from "../../measure/lesions"
import type { ReferenceSegment, Refusal } from "../../measure/segment-measures"
import type { MeasuredRun } from "../measured-run"
import { volumeFrames } from "../measurements"
import { isWithin } from "./report-places"

export interface Figure {
    readonly name: string
    /** With its digits; null where it was not measured. */
    readonly value: string | null
    readonly unit: string
    /** Where along the pullback; empty: nowhere in particular. */
    readonly place: string
    /** Of the frames that it is made of, 0..1; null where that has no meaning. */
    readonly confidence: number | null
    /** How it is made, or why it is missing. */
    readonly note: string
}

type What = Refusal["what"]

/** All figures of a run with measurements, the most important first. */
export function reportFigures(run: MeasuredRun): Figure[] {
    const { segment: s, measures } = run
    const at = s.mla ? measures[s.mla.i] : undefined
    const narrowest = s.lesion ? measures[s.lesion.min.i] : at
    const references = [s.referenceDistal, s.referenceProximal]
    const sure = least(
        narrowest?.confidence ?? null,
        ...references.map(segment => segment && confidenceOf(run, segment))
    )
    const why = (what: What, or: string): string =>
        s.refused.find(refusal => refusal.what === what)?.reason ?? or
    return [
        figure("minimum lumen area", s.mla?.areaMm2, 2, "mm²", {
            place: s.mla ? mm(s.mla.positionMm) : "",
            confidence: at?.confidence ?? null,
            note: s.mla ? "smallest lumen that is seen whole" : "no frame shows a whole lumen",
        }),
        ...(["Distal", "Proximal"] as const).map(side =>
            referenceFigure(run, side, s[`reference${side}`], why("references", "none was found"))
        ),
        figure("area stenosis", s.areaStenosisPercent, 0, "%", {
            place: s.lesion ? mm(s.lesion.min.positionMm) : "",
            confidence: s.areaStenosisPercent === null ? null : sure,
            note:
                s.areaStenosisPercent === null
                    ? why("stenosis", "no lesion was found, or it has no reference")
                    : "(mean of the references − narrowest of the lesion) / mean of the references",
        }),
        figure("tapered reference", s.taperedReferenceMm2, 2, "mm²", {
            note: "on a straight line between the references, at the lesion's narrowest lumen",
        }),
        figure("lesion length", s.lesion?.lengthMm, 1, "mm", {
            place: s.lesion ? range(s.lesion) : "",
            note:
                (s.lesion?.lengthMm ?? null) === null
                    ? why("lengths", "no lesion was found")
                    : "by the measured position of the sled",
        }),
        ...(s.lesions.length > 1 ? s.lesions.map(lesionFigure) : []),
        figure("shortest / longest diameter in the lesion", s.flattening?.lesionRatio, 2, "", {
            place: s.lesion ? mm(s.lesion.min.positionMm) : "",
            confidence: sure,
            note: s.flattening
                ? `${s.flattening.referenceRatio.toFixed(2)} in the references; much less where a vein is pressed flat; what presses is not looked for`
                : "no lesion with a reference was found",
        }),
        ...plaqueFigures(narrowest, s.remodellingIndex),
        ...stentFigures(run),
        ...volumeFigures(run, what => why(what, "it was not measured")),
    ]
}

function referenceFigure(
    run: MeasuredRun,
    side: "Distal" | "Proximal",
    segment: ReferenceSegment | null,
    none: string
): Figure {
    const how =
        segment?.source === "moved"
            ? "moved by a person"
            : "found by the program: mean of its frames"
    return figure(`${side.toLowerCase()} reference area`, segment?.areaMm2, 2, "mm²", {
        place: segment ? range(segment) : "",
        confidence: segment && confidenceOf(run, segment),
        note: segment ? how : none,
    })
}

/** Of several. */
function lesionFigure(lesion: ListedLesion, n: number, all: readonly ListedLesion[]): Figure {
    const { areaStenosisPercent, min } = lesion
    const area = `${min.areaMm2.toFixed(2)} mm² at ${mm(min.positionMm)}`
    const none = areaStenosisPercent === null ? "; it has no reference on one side" : ""
    return figure(`area stenosis, lesion ${n + 1} of ${all.length}`, areaStenosisPercent, 0, "%", {
        place: range(lesion),
        note: `${range(lesion)}, smallest lumen ${area}${none}`,
    })
}

function plaqueFigures(frame: FrameMeasures | undefined, remodelling: number | null): Figure[] {
    const confidence = frame?.vessel ? frame.confidence : null
    const unseen = "the outer border of the vessel (EEM) is not visible there"
    const note = frame?.vessel
        ? `of the narrowest frame; its EEM is seen over ${frame.vessel.arcSeenDeg.toFixed(0)}°`
        : unseen
    return [
        figure("vessel (EEM) area", frame?.vessel?.areaMm2, 2, "mm²", { confidence, note }),
        figure("plaque burden", frame?.plaqueBurdenPercent, 0, "%", { confidence, note }),
        figure("remodelling index", remodelling, 2, "", {
            note:
                remodelling === null
                    ? "the EEM is not visible in the lesion and in the references"
                    : "EEM area in the lesion / mean of the references",
        }),
        figure("calcium arc", frame?.calciumArcDeg, 0, "°", {
            confidence: frame?.confidence ?? null,
            note: "of the narrowest frame, about the lumen's centre",
        }),
    ]
}

/** None where no stent is seen. */
function stentFigures({ measures, segment }: MeasuredRun): Figure[] {
    const stents = measures.flatMap(({ stent, confidence }) =>
        stent ? [{ ...stent, confidence }] : []
    )
    if (stents.length === 0) return []
    const least = stents.reduce((a, b) => (b.areaMm2 < a.areaMm2 ? b : a))
    const frames = stents.filter(({ malapposedStruts }) => malapposedStruts > 0).length
    return [
        figure("minimum stent area", least.areaMm2, 2, "mm²", {
            confidence: least.confidence,
            note: `smallest of ${stents.length} frames with a stent`,
        }),
        figure("stent expansion", segment.stentExpansionPercent, 0, "%", {
            note: "smallest stent area / mean of the reference areas",
        }),
        figure("frames with struts off the wall", frames, 0, "frames", {
            note: "blood between strut and wall",
        }),
    ]
}

function volumeFigures(
    { segment: { volumes } }: MeasuredRun,
    none: (what: What) => string
): Figure[] {
    const place = volumes ? range(volumes) : ""
    const note = volumes ? `Simpson, ${volumeFrames(volumes)}` : none("volumes")
    const isVesselSeen = volumes !== null && volumes.vesselMm3 !== null
    const wall = { place, note: isVesselSeen ? note : none("wall volumes") }
    return [
        figure("lumen volume", volumes?.lumenMm3, 1, "mm³", { place, note }),
        ...(volumes
            ? [
                  figure("vessel volume", volumes.vesselMm3, 1, "mm³", wall),
                  figure("plaque volume", volumes.plaqueMm3, 1, "mm³", wall),
              ]
            : []),
    ]
}

/** Mean of the frames of a segment whose lumen counts; null where none does. */
function confidenceOf(
    { results, measures }: MeasuredRun,
    segment: ReferenceSegment
): number | null {
    const values = results.frames.marks.flatMap((mark, i) => {
        const frame = measures[i]
        return frame?.lumen && isWithin(segment, mark) ? [frame.confidence] : []
    })
    return values.length > 0 ? values.reduce((sum, value) => sum + value) / values.length : null
}

/** A chain is as sure as its least sure link. */
function least(...values: readonly (number | null)[]): number | null {
    const known = values.filter(value => value !== null)
    return known.length > 0 ? Math.min(...known) : null
}

function figure(
    name: string,
    value: number | null | undefined,
    digits: number,
    unit: string,
    { place = "", confidence = null, note }: Partial<Figure> & Pick<Figure, "note">
): Figure {
    if (value === null || value === undefined)
        return { ...{ name, unit, place: "", confidence: null, note }, value: null }
    return { ...{ name, unit, place, confidence, note }, value: value.toFixed(digits) }
}

function range({ fromMm, toMm }: { readonly fromMm: number; readonly toMm: number }): string {
    return `${fromMm.toFixed(2)} – ${mm(toMm)}`
}

function mm(positionMm: number): string {
    return `${positionMm.toFixed(2)} mm`
}
