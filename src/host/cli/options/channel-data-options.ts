// Options for channel data: which element pairs fire, and how the host beamforms them.

import { type Command, Option } from "commander"
import {
    PAIRS_BOTH_WAYS_14,
    PAIRS_FULL,
    PAIRS_RECIPROCAL_14,
} from "../../../shared/acquisition/line-record"
import { UsageError } from "../../errors"
import type { BeamformChoice } from "../../results/channel-data-frames"
import { readPairsToFire } from "../../runs/sent-files"
import type { ChannelDataPairs } from "../../sequence/pullback-request"
import { addGroup, defaultText, numberOption } from "./option"

const APODISATIONS = ["none", "hann"] as const
const GROUP = "Channel data (--data elements):"

export interface BeamformOptions {
    /** m/s */
    readonly soundSpeed?: number
    readonly apodisation?: (typeof APODISATIONS)[number]
}

export interface ChannelDataOptions extends BeamformOptions {
    readonly data: "lines" | "elements"
    /** Name of a list, or a file. */
    readonly pairs?: string
}

/** The pair lists that have a number in the protocol. */
const LISTS: Readonly<Record<string, number>> = {
    "reciprocal-14": PAIRS_RECIPROCAL_14,
    "both-27": PAIRS_BOTH_WAYS_14,
    full: PAIRS_FULL,
}
const DEFAULT_LIST = "reciprocal-14"

/** Ranges as in ../../beamform/settings.ts. */
export function beamformOptions(): Option[] {
    return [
        defaultText(
            numberOption("--sound-speed <m/s>", "speed of sound", [1000, 2500, "m/s"]),
            "1540"
        ),
        defaultText(
            new Option("--apodisation <weight>", "receive weights").choices(APODISATIONS),
            "hann"
        ),
    ]
}

export function addChannelDataOptions(command: Command): Command {
    return addGroup(
        command,
        GROUP,
        new Option(
            "--data <data>",
            "what the cart sends: A-lines, or channel data of an array's element pairs"
        )
            .choices(["lines", "elements"])
            .default("lines"),
        defaultText(
            new Option(
                "--pairs <list>",
                `${Object.keys(LISTS).join(" | ")} | FILE.json with [[tx, rx], …]`
            ),
            DEFAULT_LIST
        ),
        ...beamformOptions()
    )
}

/**
 * @param elements number of elements of the array
 * @returns undefined for A-lines
 * @throws UsageError
 */
export function channelDataPairsOf(
    options: ChannelDataOptions,
    elements: number
): ChannelDataPairs | undefined {
    const { data, pairs = DEFAULT_LIST } = options
    if (data === "lines") {
        for (const [given, flag] of [
            [options.pairs, "--pairs"],
            [options.soundSpeed, "--sound-speed"],
            [options.apodisation, "--apodisation"],
        ] as const)
            if (given !== undefined)
                throw new UsageError(
                    `${flag} does not apply to A-lines; leave it out or use --data elements.`
                )
        return undefined
    }
    if (elements > 1) {
        if (pairs.endsWith(".json")) return { sent: readPairsToFire(pairs, elements) }
        if (!Object.hasOwn(LISTS, pairs))
            throw new UsageError(
                `There is no list of pairs "${pairs}"; ${Object.keys(LISTS).join(", ")} and a FILE.json are allowed.`
            )
    }
    return { list: LISTS[pairs]! }
}

export function beamformOf({ soundSpeed, apodisation = "hann" }: BeamformOptions): BeamformChoice {
    return {
        apodisation,
        ...(soundSpeed !== undefined && { soundSpeedMPerS: soundSpeed }),
    }
}
