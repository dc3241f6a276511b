// `ivus flash`: writes runtime, program and settings to a board that is connected by USB.

import type { Command } from "commander"
import { RunError } from "../../errors"
import { DEFAULT_BOARD } from "../../flash/board-file"
import { checkPort, type Esptool, findEsptool, writeCommand, writeImage } from "../../flash/esptool"
import { type Image, makeImage } from "../../flash/image"
import { type FlashOptions, type FlashPlan, flashPlan } from "../../flash/plan"
import { SETTINGS_FILE } from "../../flash/settings-file"
import { onStop } from "../on-stop"
import { DISCLAIMER } from "../options/output-options"
import type { Progress } from "../../run/run-target"
import { progressBar } from "../progress-bar"

const NOT_YET = "Not yet run on hardware: tested with a replacement for esptool only."
/** Fraction of the progress bar for making the image; writing it is the rest. */
const IMAGE_PART = 0.3
/** Shown in place of a temporary file. */
const IMAGE = "IMAGE"

const HELP = `Examples:
  npm run ivus -- flash --port /dev/ttyACM0
  npm run ivus -- flash --unit --port /dev/ttyACM0      the board of a bedside unit

It needs esptool 4.5 or later (pip install esptool). Flashing erases what the board has stored: key,
Wi-Fi, calibration.
${NOT_YET}

Exit status: 0 done, 1 it failed, 2 bad usage.`

export function addFlashCommand(ivus: Command): void {
    ivus.command("flash")
        .description("write runtime, program and settings to a board by USB")
        .option("--port <path>", "serial port of the board, such as /dev/ttyACM0")
        .option("--board <name>", "type of the board: boards/NAME.board.json", DEFAULT_BOARD)
        .option("--unit", "a bedside unit instead of a cart; it has no settings and no key")
        .option(
            "--catheter <id>",
            "catheter of the board, which decides its front end: an un0rick for single-un0rick, else a line engine (default: from the settings, where `ivus pair` wrote it)"
        )
        .option(
            "--key <id>",
            "id of a board, 16 hex digits: write the key that `ivus pair` made for it"
        )
        .option(
            "--settings <file>",
            "settings to write; WIFI_SSID and WIFI_PWD in it are for Wi-Fi",
            SETTINGS_FILE
        )
        .option("--runtime <file>", "image of DeviceScript's runtime (default: downloaded)")
        .option("--baud <n>", "speed of the port in bit/s, 9600 to 3000000", "1500000")
        .option("--dry-run", "do everything but writing, and print the command that would write")
        .addHelpText("after", `\n${HELP}\n\n${DISCLAIMER}`)
        .action((options: FlashOptions) =>
            flashCommand(options, line => void process.stdout.write(`${line}\n`))
        )
}

/**
 * @param make makes the image
 * @throws UsageError, RunError, Interrupted
 */
export async function flashCommand(
    options: FlashOptions,
    print: (line: string) => void,
    make: typeof makeImage = makeImage
): Promise<void> {
    const plan = flashPlan(options)
    if (options.dryRun) return dryRun(plan, print, make)
    checkPort(plan.port)
    const esptool = await findEsptool()
    await steps(async (show, stop) => {
        const image = await make(plan, stop)
        try {
            const call = writeCommand(esptool, { ...plan, ...image, chip: plan.board.chip })
            const writing = (part: number): void =>
                show(IMAGE_PART + (1 - IMAGE_PART) * part, "writing the board")
            writing(0)
            await writeImage(call, plan.port, writing, stop)
        } finally {
            image.remove()
        }
        return image
    }).then(image => print(doneText(plan, image)))
}

/** Does everything but writing; needs neither board nor esptool. */
async function dryRun(
    plan: FlashPlan,
    print: (line: string) => void,
    make: typeof makeImage
): Promise<void> {
    const found = await findEsptool().catch((error: unknown) => {
        if (error instanceof RunError) return error
        throw error
    })
    const image = await steps((_show, stop) => make(plan, stop))
    image.remove()
    const esptool: Esptool = found instanceof RunError ? { command: ["esptool"], major: 5 } : found
    const call = writeCommand(esptool, {
        ...plan,
        chip: plan.board.chip,
        offset: image.offset,
        file: IMAGE,
    })
    print(
        lines(
            aboutText(plan, image),
            "Nothing was written. This command would write it:",
            `  ${call.join(" ")}`,
            found instanceof RunError ? found.message : "",
            ...plan.notes,
            NOT_YET
        )
    )
}

/** Shows a progress bar and lets Ctrl-C end the work in good order. */
async function steps(work: (show: Progress, stop: AbortSignal) => Promise<Image>): Promise<Image> {
    const stop = new AbortController()
    const stopping = onStop(() => stop.abort())
    const activity = "making the image"
    const bar = progressBar(activity)
    try {
        bar.show(0, activity)
        return await work(bar.show, stop.signal)
    } finally {
        bar.stop()
        stopping.off()
    }
}

const lines = (...all: string[]): string => all.filter(Boolean).join("\n")

/** Names the settings, never their values. */
function aboutText(
    { board, program, settings, frontEndNote: frontEndTold }: FlashPlan,
    { bytes }: Image
): string {
    const names = [...settings.values.keys()]
    if (settings.wifi) names.push("Wi-Fi")
    return lines(
        `Image for ${board.id}: ${bytes.toLocaleString("en")} bytes with the runtime, ${program} and ${names.length > 0 ? `these settings: ${names.join(", ")}` : "no settings"}.`,
        frontEndTold
    )
}

function doneText(plan: FlashPlan, image: Image): string {
    if (plan.isUnit)
        return lines(
            aboutText(plan, image),
            `The board at ${plan.port} has it. Unplug USB before you plug in the cable to the cart, and`,
            `go on with boards/README.md, "First start of the unit".`,
            NOT_YET
        )
    return lines(
        aboutText(plan, image),
        `The board at ${plan.port} has it. What it had stored before is erased: key, Wi-Fi, calibration.`,
        ...plan.notes,
        `Now check it:
  1. npm run ivus -- doctor --target tcp:ADDRESS      ADDRESS of the cart in your network
  2. npm run ivus -- calibrate --target tcp:ADDRESS --restore      if this host calibrated the board before: it kept a copy
     npm run ivus -- calibrate --target tcp:ADDRESS --no-catheter  if not, or if the next homing refuses the copy
  3. npm run ivus -- pair --deployed      removes this board's key from the settings file
To write a later program and keep the settings: npx devs devtools --serial ${plan.program}
${NOT_YET}`
    )
}
