// Responsible for: the options of element data: which pairs fire, and how the host makes A-lines of them.
// Not for: the sums (../beamform), or whether the pairs fit (the planner).

import {
    PAIRS_BOTH_WAYS_14,
    PAIRS_FULL,
    PAIRS_RECIPROCAL_14,
} from "../../../shared/acquisition/line-record"
import type { BeamformChoice } from "../../results/channel-data-frames"
import type { ChannelDataPairs } from "../../sequence/pullback-request"
import { numberIn } from "../../number-in"
import { readPairsToFire } from "../../runs/sent-files"
import { UsageError } from "../../errors"

/** Texts as typed. */
export interface BeamformOptions {
    soundSpeed?: string
    apodisation?: string
}

export interface ChannelDataOptions extends BeamformOptions {
    data?: string
    pairs?: string
}

/** Lists that have a number on the link. */
const LISTS: Readonly<Record<string, number>> = {
    "reciprocal-14": PAIRS_RECIPROCAL_14,
    "both-27": PAIRS_BOTH_WAYS_14,
    full: PAIRS_FULL,
}
const APODISATIONS = ["none", "hann"] as const

/**
 * @param elements of the array
 * @returns undefined for A-lines
 */
export function parseChannelData(
    options: ChannelDataOptions,
    elements: number
): ChannelDataPairs | undefined {
    const { data = "lines", pairs } = options
    if (data !== "lines" && data !== "elements")
        throw new UsageError(`There is no data "${data}"; lines and elements are allowed.`)
    if (data === "lines") {
        for (const [given, name] of [
            [pairs, "--pairs"],
            [options.soundSpeed, "--sound-speed"],
            [options.apodisation, "--apodisation"],
        ] as const)
            if (given !== undefined)
                throw new UsageError(
                    `${name} means nothing to A-lines; leave it out or use --data elements.`
                )
        return undefined
    }
    const name = pairs ?? "reciprocal-14"
    // Which elements there are is known of an array.
    if (name.endsWith(".json") && elements > 1) return { sent: readPairsToFire(name, elements) }
    if (!Object.hasOwn(LISTS, name) && elements > 1)
        throw new UsageError(
            `There are no pairs "${name}"; ${Object.keys(LISTS).join(", ")} or a FILE.json are allowed.`
        )
    return { list: LISTS[name]! }
}

/** Ranges as in ../beamform/settings.ts. */
export function parseBeamform(options: BeamformOptions): BeamformChoice {
    const { soundSpeed, apodisation } = options
    const weight = APODISATIONS.find(a => a === (apodisation ?? "hann"))
    if (!weight)
        throw new UsageError(
            `There is no apodisation "${apodisation}"; ${APODISATIONS.join(" and ")} are allowed.`
        )
    return {
        apodisation: weight,
        ...(soundSpeed !== undefined && {
            soundSpeedMPerS: numberIn(soundSpeed, "sound-speed", 1000, 2500, "m/s"),
        }),
    }
}
