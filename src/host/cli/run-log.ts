// What a command asks of a cart, for the log of its run.

import type { PullbackRequest } from "../sequence/pullback-request"
import { type Target, targetName } from "../targets/target"

/** What a command asks of a cart. The names of files are not written: they may be those of a person. */
export function askedText(
    request: PullbackRequest,
    target: Target,
    { seed, fault }: { readonly seed: number; readonly fault: readonly object[] }
): string {
    const { steps, lines, samples, tgcCdb, channelDataPairs, speedChanges = [] } = request
    const gate = steps?.gate
    const stepped = steps && `stepped ${steps.stepUm} um, ${steps.dwellMs} ms each`
    return [
        `pullback on ${targetName(target)}`,
        `catheter ${request.catheterId}${request.spec ? " from a file" : ""}`,
        `${request.speedMmPerS} mm/s, ${request.lengthMm} mm, ${request.frameRateHz} frames/s`,
        ...speedChanges.map(c => `${c.speedMmPerS} mm/s from ${c.atMm} mm on`),
        ...(stepped ? [stepped] : []),
        ...(gate ? [`by ECG at ${gate.heartRatePerMin}/min`] : []),
        ...(lines === undefined ? [] : [`${lines} A-lines per frame`]),
        ...(samples === undefined ? [] : [`${samples} samples`]),
        ...(tgcCdb ? ["a TGC curve of its own"] : []),
        ...(channelDataPairs ? ["channel data"] : []),
        ...(target.kind === "virtual" ? [`seed ${seed}`] : []),
        ...fault.map(one => `fault ${JSON.stringify(one)}`),
    ].join(", ")
}
