// The option --catheter: a built-in catheter, or the data of another one from a file.

import { Option } from "commander"
import { CATHETER_IDS } from "../../../shared/acquisition/catheter-list"
import { type Catheter, catheterOf, FRONT_END_UN0RICK } from "../../../shared/acquisition/catheters"
import { readSpecToSend } from "../../runs/sent-files"
import { catheterFrom, type CatheterSpec } from "../../sequence/catheter-spec"
import { knownCatheter } from "../../sequence/known-catheter"
import { virtualOnly } from "./option"

export interface CatheterChoice {
    readonly catheter: Catheter
    /** The data that the cart is sent; left out, the catheter is built in. */
    readonly spec?: CatheterSpec
    /** The file that holds them. */
    readonly file?: string
}

export const DEFAULT_CATHETER = CATHETER_IDS[0]

export function catheterOption(): Option {
    return new Option(
        "--catheter <id>",
        "catheter that is plugged in, or FILE.json with the data of a catheter that is not built in"
    )
        .argParser(parseCatheter)
        .default(parseCatheter(DEFAULT_CATHETER), DEFAULT_CATHETER)
}

/** The catheter of a virtual cart that only answers questions. */
export function virtualCatheterOption(): Option {
    return virtualOnly(
        new Option("--catheter <id>", "catheter, which decides the front end")
            .argParser(id => knownCatheter(id))
            .default(knownCatheter(DEFAULT_CATHETER), DEFAULT_CATHETER)
    )
}

/** @throws UsageError */
function parseCatheter(text: string): CatheterChoice {
    if (text.endsWith(".json")) {
        const spec = readSpecToSend(text)
        return { catheter: catheterFrom(spec), spec, file: text }
    }
    return { catheter: knownCatheter(text, ", and a FILE.json may hold another one") }
}

/** The built-in catheters for a help page, one a line. */
export function catheterList(): string {
    const rows = CATHETER_IDS.map(id => `  ${id.padEnd(20)}${descriptionOf(catheterOf(id)!)}`)
    return ["Catheters:", ...rows].join("\n")
}

function descriptionOf(catheter: Catheter): string {
    const kind = catheter.rotor_sign
        ? "rotational, one element"
        : catheter.elements > 1
          ? `array, ${catheter.elements} elements`
          : "one element, does not rotate"
    const mhz = `${catheter.centre_frequency_khz / 1000} MHz`
    const depth = `depth ${catheter.depth_um / 1000} mm`
    const frontEnd = catheter.front_end === FRONT_END_UN0RICK ? "un0rick" : "line engine"
    return `${`${kind},`.padEnd(30)}${`${mhz},`.padEnd(9)}${`${depth},`.padEnd(16)}${frontEnd}`
}
