// How `ivus live` ends: the last picture of --frames, and a summary.

import { linesFired } from "../run/run-receiver"
import type { LiveView } from "../console/live-view"
import { INSECURE } from "../link/link-defaults"
import { encodePng } from "../picture/picture"
import { type Alarm, alarmRows } from "../run/alarm"
import { snakeCase } from "../runs/snake-case"
import type { LiveOptions } from "./options/live-options"
import { freePicture, writePicture } from "./options/picture-file"

/** Writes the last picture of --frames and prints the summary. */
export async function conclude(
    view: LiveView,
    alarms: readonly Alarm[],
    { frames, out = freePicture(), json }: LiveOptions
): Promise<void> {
    const status = view.state()
    let file: string | null = null
    if (frames !== undefined && view.shown) {
        writePicture(out, await encodePng(view.picture()))
        file = out
    }
    const fired = linesFired(view.receiver?.end) ?? null
    process.stdout.write(
        json
            ? `${JSON.stringify(snakeCase({ ...summaryJson(status, fired, file), alarms }))}\n`
            : `${[summaryText(status, fired, file), ...alarmRows(alarms)].join("\n")}\n`
    )
}

type LiveStatus = ReturnType<LiveView["state"]>

function summaryJson(status: LiveStatus, fired: number | null, picture: string | null): object {
    const { catheter, frames, framesPerS, lines, ecgPerMin } = status
    return {
        target: status.target,
        catheter,
        frames,
        framesPerS,
        lines: { fired, ...lines },
        ecgPerMin,
        behindMs: status.clockLagMs,
        display: status.display,
        ringDown: status.ringDown,
        insecure: status.insecure,
        picture,
    }
}

function summaryText(status: LiveStatus, fired: number | null, picture: string | null): string {
    const { lines } = status
    return [
        `Live: ${status.frames} frames of ${status.catheter ?? "an unknown catheter"} at ${status.framesPerS ?? 0} frames/s, ${lines?.missing ? `${lines.missing} A-lines lost` : "no A-line lost"}`,
        `A-lines: ${lines?.received ?? 0} received of ${fired ?? "an unknown number"} fired`,
        ringDownText(status.ringDown),
        ...(status.insecure ? [`The link ran ${INSECURE}.`] : []),
        ...(picture ? [`The last picture is in ${picture}.`] : []),
    ].join("\n")
}

function ringDownText({ reference, subtracted, stale, notes }: LiveStatus["ringDown"]): string {
    const use = !reference
        ? "Ring-down: no reference"
        : `Ring-down: reference of ${reference.captured} (${reference.frames} frames) ${subtracted ? "subtracted" : "not subtracted"}${stale.length > 0 ? ", STALE" : ""}`
    return [use, ...stale, ...notes].join("\n  ")
}
