// Where a report comes from: versions, catheter, calibration, counts, and the data that it can be made of again.

import { firingCheckText } from "../../sequence/firing-check"
import { stampOf } from "../../clock"
import type { MeasuredRun } from "../measured-run"
import { ringDownText } from "../ring-down-use"
import { rotationText } from "../rotation-text"
import { tipMotionText } from "../tip-motion"

/** Rows of name and text. */
export type Rows = readonly (readonly [name: string, text: string])[]

/** Whose run it is, and where. */
export function aboutRows({ about, summary: s }: MeasuredRun): Rows {
    const { patient, site, study } = about
    const isAnonymous = patient.id === null && patient.name === null
    const who = [patient.name, patient.id].filter(text => text !== null).join(", ")
    const where = [site.vessel, site.side, site.segment, site.label]
    return [
        ["patient", isAnonymous ? "anonymous" : who],
        ["study", study ?? "not named"],
        ["vessel", where.filter(text => text !== null).join(", ") || "not named"],
        ["date", stampOf(about.dateMs)],
        ["catheter", s.catheter],
        ["pullback", pullbackText(s)],
    ]
}

function pullbackText(s: MeasuredRun["summary"]): string {
    const imaged = s.complete ? "" : `${s.imagedMm.toFixed(2)} of `
    const how = s.mode === "continuous" ? `at ${s.speedMmPerS.toFixed(2)} mm/s` : s.mode
    return `${imaged}${s.lengthMm.toFixed(2)} mm ${how}, ${s.frames} frames`
}

export function provenanceRows(run: MeasuredRun): Rows {
    const { summary: s, provenance: p, results, about } = run
    const { geometry: g } = results
    // As a record keeps it, so that the report of a run that is measured again is the same.
    const { target, seed } = about.asked
    const lines = s.lines
    const rows: (readonly [string, string])[] = [
        ["program", `ivus ${p.host}, protocol ${p.protocol}`],
        ["cart", `firmware ${p.firmware ?? "not known"}, board ${p.cart ?? "not known"}`],
        ["target", target + (seed === null ? "" : `, seed ${seed}`)],
        [
            "catheter",
            `${s.catheter}: ${g.centreFrequencyMhz} MHz, radius ${g.catheterRadiusMm} mm, ${g.linesPerFrame} A-lines × ${g.samplesPerLine} samples of ${(1000 * g.sampleSpacingMm).toFixed(1)} µm`,
        ],
        ["sound speed", `${results.description.sound_speed_mm_s / 1e6} km/s`],
        ["calibration", `${ringDownText(s.ringDown)}; ${firingCheckText(s.sequence)}`],
        ...(s.rotation ? ([["rotation", rotationText(s.rotation)]] as const) : []),
        [
            "positions",
            s.tip
                ? `of the sled, as measured; ${tipMotionText(s.tip)}`
                : "of the sled, as measured; what the tip does in the sheath is not measured",
        ],
        [
            "A-lines",
            `${lines.fired ?? "unknown number"} fired, ${lines.received} received, ${lines.missing} missing, ${lines.damaged} damaged`,
        ],
        [
            "frames",
            `${s.frames}, of these ${s.framesWithGaps} with gaps; ${s.framesMissing} missing`,
        ],
        ["bytes received", String(s.bytesReceived)],
        ["data", `SHA-256 ${p.dataHash}`],
    ]
    if (about.replay)
        rows.push(["made again", `of ${about.replay.of}, ${stampOf(about.replay.dateMs)}`])
    return rows
}

/** Who changed what of the measurements. */
export function editRows({ edits }: MeasuredRun): Rows {
    const lists = [
        ...edits.borders.map(
            edit =>
                [edit.date, `${edit.kind} border of frame ${edit.frame} drawn`, edit.by] as const
        ),
        ...edits.references.map(edit => {
            const range = `${edit.from_mm.toFixed(2)} to ${edit.to_mm.toFixed(2)} mm`
            return [edit.date, `${edit.which} reference moved to ${range}`, edit.by] as const
        }),
        ...edits.accepted.map(edit => {
            const which = edit.frames === "all" ? "all frames" : `${edit.frames.length} frames`
            return [edit.date, `measurements of ${which} accepted`, edit.by] as const
        }),
    ]
    return lists
        .sort(([a], [b]) => Date.parse(a) - Date.parse(b))
        .map(([date, what, by]) => [date, `${what} by ${by}`])
}
