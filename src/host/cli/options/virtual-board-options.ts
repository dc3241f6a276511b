// Options of the virtual board. A real cart refuses them.

import { type Command, Option } from "commander"
import type { Catheter } from "../../../shared/acquisition/catheters"
import { UsageError } from "../../errors"
import { BUSES } from "../../sequence/buses"
import { channelDataSource, echoSource, type Recording } from "../../targets/virtual/echo-source"
import { readEcho } from "../../targets/virtual/recording/read-echo"
import {
    checkFaults,
    FAULT_GROUP_NAMES,
    parseFault,
    type TimedFault,
} from "../../targets/virtual/timed-faults"
import { engineOn, type VirtualBoardOptions } from "../../targets/virtual/virtual-cart"
import { type ChosenSheath, chosenSheath, SHEATH_NAMES } from "../../targets/virtual/sheath-choice"
import { addGroup, defaultText, listOption, numberOption, virtualOnly } from "./option"

/** Non-uniform rotation beyond this is a shaft that stalls and jumps: --fault rotor-stall. */
const NURD_MAX_DEG = 30
const SEED_MAX = 0x7fffffff
const GROUP = "Virtual board only:"

export interface SeedOption {
    readonly seed: number
}

export interface EchoOptions extends SeedOption {
    readonly vessel?: string
    readonly echo?: string
}

export interface VirtualOptions extends EchoOptions {
    readonly bus: string
    readonly fault: readonly TimedFault[]
    readonly nurd?: number
    readonly sheath?: ChosenSheath
    readonly traceSpi?: string
}

/** What the virtual board needs to know of a pullback. */
export interface PulledBack {
    readonly lengthMm: number
    readonly channelData: boolean
    readonly recording: Recording | undefined
}

/** A real cart ignores the seed, so that a script can always give it. */
export function seedOption(): Option {
    return new Option("--seed <n>", `seed of all random numbers, 0 to ${SEED_MAX}`)
        .argParser(text => {
            if (!/^\d{1,10}$/.test(text) || Number(text) > SEED_MAX)
                throw new UsageError(
                    `--seed ${text} is not a seed; a whole number from 0 to ${SEED_MAX} is allowed.`
                )
            return Number(text)
        })
        .default(1)
        .helpGroup(GROUP)
}

export function faultOption(): Option {
    return virtualOnly(
        listOption(
            "--fault <name@seconds>",
            'start a fault at this time of the cart, such as link-drop@40 ("ivus faults" lists all)',
            parseFault
        )
    )
}

export function echoOptions(): Option[] {
    return [
        virtualOnly(
            defaultText(
                new Option(
                    "--vessel <file>",
                    "FILE.csv: lumen borders, columns frame,z_mm,x_mm,y_mm; FILE.json: shapes and features"
                ).conflicts("echo"),
                "a generated vein"
            )
        ),
        virtualOnly(
            new Option(
                "--echo <file>",
                "recording: a polar frame (PNG), a pullback (multi-frame DICOM) or a folder of PNGs"
            )
        ),
    ]
}

export function busOption(description: string): Option {
    return new Option("--bus <bus>", description).choices(Object.keys(BUSES)).default("single")
}

export function addVirtualOptions(command: Command): Command {
    return addGroup(
        command,
        GROUP,
        ...echoOptions(),
        seedOption(),
        virtualOnly(
            busOption("SPI bus of the line engine; quad has four data lanes and a longer FIFO")
        ),
        faultOption(),
        virtualOnly(
            defaultText(
                numberOption(
                    "--nurd <deg>",
                    "non-uniform rotation: peak lag of a rotational catheter's tip",
                    [0, NURD_MAX_DEG, "degrees"]
                ),
                "0"
            )
        ),
        virtualOnly(
            defaultText(
                new Option(
                    "--sheath <which>",
                    `drive cable in its sheath: ${SHEATH_NAMES.join(", ")} or FILE.json; the tip then lags behind the sled`
                ).argParser(chosenSheath),
                "none: the tip moves as the sled"
            )
        ),
        virtualOnly(
            new Option("--trace-spi <file>", "write every SPI transfer to this file as JSON lines")
        )
    )
}

/** The groups of faults for a help page. */
export const FAULTS_HELP = `Faults: ${FAULT_GROUP_NAMES}. "npm run ivus -- faults" lists all of them.`

/** The recording of --echo. @throws UsageError when it cannot be used, or when channel data are asked for */
export async function recordingOf(
    { echo }: EchoOptions,
    channelData: boolean
): Promise<Recording | undefined> {
    if (echo === undefined) return undefined
    if (channelData)
        throw new UsageError(
            "--echo gives A-lines without channel data; use --vessel or leave it out."
        )
    return readEcho(echo)
}

/**
 * The options of the virtual board for a pullback.
 * @throws UsageError for files that cannot be used, and for options that this catheter does not have
 */
export function virtualBoardOf(
    options: VirtualOptions,
    catheter: Catheter,
    { lengthMm, channelData, recording }: PulledBack
): VirtualBoardOptions {
    const { seed, fault: faults, nurd: nurdDeg, sheath } = options
    checkFaults(faults, catheter)
    if (nurdDeg !== undefined && !catheter.rotor_sign)
        throw new UsageError(
            `--nurd needs a rotational catheter, and ${catheter.id} is not one; leave it out or choose another --catheter.`
        )
    const choice = { vesselFile: options.vessel, recording, seed, lengthMm }
    return {
        ...{ seed, faults, engine: engineOn(BUSES[options.bus]!) },
        ...(channelData && { channelData: channelDataSource(catheter, choice) }),
        ...(nurdDeg !== undefined && { nurdDeg }),
        ...(sheath && { sheath }),
        echo: echoSource(catheter, choice),
    }
}
