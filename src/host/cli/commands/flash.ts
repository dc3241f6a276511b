// Responsible for: `ivus flash`: runtime, program and settings onto a board that is connected by USB, step by step, and what it says.
// Not for: what was asked (plan.ts), the image (image.ts), writing it (esptool.ts), or keys (pair.ts).

import { RunError } from "../../errors"
import { checkPort, type Esptool, findEsptool, writeCommand, writeImage } from "../../flash/esptool"
import { type Image, makeImage } from "../../flash/image"
import { type FlashOptions, type FlashPlan, flashPlan } from "../../flash/plan"
import { onStop } from "../on-stop"
import { progressBar } from "../progress-bar"

export type { FlashOptions } from "../../flash/plan"

export const NOT_YET = "Not yet run on hardware: tried with a stand-in for esptool only."
/** Of the progress bar; writing is the rest. */
const IMAGE_PART = 0.3
/** In place of a file that is gone again. */
const IMAGE = "IMAGE"

/**
 * @param make what makes the image
 * @throws UsageError, RunError, Interrupted
 */
export async function flashCommand(
    options: FlashOptions,
    say: (line: string) => void,
    make: typeof makeImage = makeImage
): Promise<void> {
    const plan = flashPlan(options)
    if (options.dryRun) return dryRun(plan, say, make)
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
    }).then(image => say(doneText(plan, image)))
}

/** All but the writing; neither board nor esptool has to be there. */
async function dryRun(
    plan: FlashPlan,
    say: (line: string) => void,
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
    say(
        lines(
            aboutText(plan, image),
            "Nothing was written. To write it, this would be run:",
            `  ${call.join(" ")}`,
            found instanceof RunError ? found.message : "",
            ...plan.notes,
            NOT_YET
        )
    )
}

/** With a progress bar, and ended by Ctrl-C in good order. */
async function steps(
    work: (show: (part: number, doing: string) => void, stop: AbortSignal) => Promise<Image>
): Promise<Image> {
    const stop = new AbortController()
    const stopping = onStop(() => stop.abort())
    const doing = "making the image"
    const bar = progressBar(false, doing)
    try {
        bar.show(0, doing)
        return await work(bar.show, stop.signal)
    } finally {
        bar.stop()
        stopping.off()
    }
}

const lines = (...all: string[]): string => all.filter(Boolean).join("\n")

/** Names of settings, never what they are. */
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
    return lines(
        aboutText(plan, image),
        `The board at ${plan.port} has it. What it had kept before is gone: key, Wi-Fi, calibration.`,
        ...plan.notes,
        `Now check it:
  1. npm run ivus -- doctor --target tcp:ADDRESS      ADDRESS: the cart's, in your network
  2. npm run ivus -- calibrate --target tcp:ADDRESS --no-catheter
  3. npm run ivus -- pair --deployed      takes this board's key out of the settings
A later program goes to it without its settings being lost: npx devs devtools --serial ${plan.program}
${NOT_YET}`
    )
}
