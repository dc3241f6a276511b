// `ivus doctor`: version, state and registers of a cart by name, and what is wrong with it.

import { type Command, Option } from "commander"
import pc from "picocolors"
import type { Catheter } from "../../../shared/acquisition/catheters"
import { holderName, STATE_NAMES } from "../../../shared/cart-machine"
import { RunError } from "../../errors"
import { boardIdOf } from "../../link/host-identity"
import type { Dump } from "../../registers/dump"
import { CHIPS, fieldsOf, registerOf } from "../../registers/fields-of"
import type { Finding } from "../../registers/finding"
import { type Health, healthOf } from "../../registers/health"
import { dumpText, hexOf, SOURCE_NAMES } from "../../registers/print"
import { hasUn0rick, un0rickCatheterOf, un0rickRateHz } from "../../registers/un0rick-health"
import { RegisterDumpClient } from "../../run/register-dump-client"
import { restartDetail } from "../../run/restart-text"
import { versionText } from "../../../shared/versions"
import { runOneShot } from "../../targets/one-shot-session"
import { INSECURE } from "../../link/link-defaults"
import { checkFaults, type TimedFault } from "../../targets/virtual/timed-faults"
import { silentBoard } from "../../targets/virtual/virtual-one-shot"
import { report } from "../../terminal"
import { checkWiring } from "./doctor-wiring"
import { virtualCatheterOption } from "../options/catheter-option"
import { DISCLAIMER, jsonOption } from "../options/output-options"
import {
    addTargetOptions,
    addWaitOption,
    chosenTarget,
    type TargetOptions,
    type WaitOptions,
} from "../options/target-options"
import {
    faultOption,
    FAULTS_HELP,
    type SeedOption,
    seedOption,
} from "../options/virtual-board-options"

interface DoctorOptions extends TargetOptions, WaitOptions, SeedOption {
    /** The catheter of the virtual cart. */
    readonly catheter: Catheter
    readonly json?: true
    readonly wiring?: true
    readonly fault: readonly TimedFault[]
}

/** A virtual cart boots and tests itself in 0.2 s; the effects of a fault show within 0.3 s. */
const SETTLE_US = 300_000
/** Time limit on the virtual board, after the last fault: 100 values are sent, four in 10 ms. */
const LIMIT_S = 10
/** Time limit on a real cart. */
const TCP_LIMIT_S = 5

export function addDoctorCommand(ivus: Command): void {
    const command = ivus
        .command("doctor")
        .description("check a cart: version, state, registers, and what is wrong")
        .addOption(jsonOption("print one JSON object to standard output"))
    command.addOption(
        new Option(
            "--wiring",
            "before the first start: guided check of end switches, encoder and emergency stop by hand, with the motor off"
        )
    )
    addTargetOptions(command)
    addWaitOption(command)
    command
        .addOption(virtualCatheterOption())
        .addOption(seedOption())
        .addOption(faultOption())
        .addHelpText(
            "after",
            `\n${FAULTS_HELP}\n\nExit status: 0 healthy, 1 something is wrong, 2 bad usage, 130 ended with Ctrl-C.\n\n${DISCLAIMER}`
        )
        .action((options: DoctorOptions) => examine(command, options))
}

/** @throws RunError when the cart cannot be examined, or something is wrong with it */
async function examine(command: Command, options: DoctorOptions): Promise<void> {
    const { catheter, fault: faults, seed, wait: waitS } = options
    const target = chosenTarget(command, options, () => {
        checkFaults(faults, catheter)
        return silentBoard({ seed, faults })
    })
    if (options.wiring)
        return checkWiring(target, {
            ...{ catheterId: catheter.id, waitS },
            ...(options.json && { json: true }),
        })
    // The registers are read once the faults have shown their effects.
    const fromUs = Math.max(0, ...faults.map(f => f.atS * 1e6)) + SETTLE_US
    const { client, insecure } = await runOneShot(target, {
        makeClient: (session, cartUs) =>
            new RegisterDumpClient(session, () => !cartUs || cartUs() >= fromUs),
        limitS: target.kind === "tcp" ? TCP_LIMIT_S : fromUs / 1e6 + LIMIT_S,
        ...{ catheterId: catheter.id, waitS, report },
    })
    const health = healthOf(client.dump!, client.status!, client.framBroken)
    process.stdout.write(
        options.json
            ? `${JSON.stringify(asJson(client, health, insecure))}\n`
            : `${asText(client, health, insecure)}\n`
    )
    const { wrong } = health
    if (wrong.length > 0)
        throw new RunError(
            wrong.length === 1
                ? `One thing is wrong. ${wrong[0]!.what}`
                : `${wrong.length} things are wrong. The first: ${wrong[0]!.what}`
        )
}

function asText(client: RegisterDumpClient, health: Health, insecure: boolean): string {
    const hello = client.hello!
    const status = client.status!
    const findingText = (mark: string, { what, todo }: Finding): string =>
        `${mark} ${what}\n  ${todo}`
    const verdict = [
        ...health.wrong.map(f => findingText(pc.red("WRONG"), f)),
        ...health.notes.map(f => findingText(pc.yellow("note "), f)),
    ]
    const [id] = [hello.board_id_high, hello.board_id_low].map(v => hexOf(v))
    return [
        `firmware  ${versionText(hello.firmware_version)}, layout ${hexOf(hello.layout_hash)}, board ${id}${hexOf(hello.board_id_low).slice(2)}`,
        `state     ${STATE_NAMES[status.state] ?? status.state}, sled at ${(status.position_nm / 1e6).toFixed(3)} mm`,
        `control   ${holderName(status.control)}`,
        ...(client.restart ? [`start     ${restartDetail(client.restart)}`] : []),
        `front end ${frontEndText(client.dump!)}`,
        ...(insecure ? [pc.red(`link      ${INSECURE}`)] : []),
        "",
        dumpText(client.dump!),
        "",
        ...(health.wrong.length === 0 ? [pc.green("The cart is healthy.")] : []),
        ...verdict,
    ].join("\n")
}

function frontEndText(dump: Dump): string {
    if (!hasUn0rick(dump)) return "line engine"
    const catheter = un0rickCatheterOf(dump)
    return catheter
        ? `un0rick, set up for ${catheter.id}: up to ${un0rickRateHz(catheter).toFixed(2)} frames/s (computed)`
        : "un0rick, set up for a catheter that is not built in"
}

function frontEndJson(dump: Dump): object {
    if (!hasUn0rick(dump)) return { kind: "line engine" }
    const catheter = un0rickCatheterOf(dump)
    return {
        kind: "un0rick",
        catheter: catheter?.id ?? null,
        computed_frame_rate_max_hz: catheter ? un0rickRateHz(catheter) : null,
    }
}

/** Numbers as they are in the registers, fields by name. */
function asJson(client: RegisterDumpClient, health: Health, insecure: boolean): object {
    const hello = client.hello!
    const status = client.status!
    const dump = client.dump!
    return {
        board: boardIdOf(hello),
        firmware: versionText(hello.firmware_version),
        layout_hash: hello.layout_hash,
        state: STATE_NAMES[status.state] ?? status.state,
        fault: status.fault,
        control: holderName(status.control),
        insecure,
        front_end: frontEndJson(dump),
        position_mm: status.position_nm / 1e6,
        healthy: health.wrong.length === 0,
        wrong: health.wrong,
        notes: health.notes,
        calibration: dump.scale ?? null,
        registers: dump.registers.map(r => ({
            chip: CHIPS[r.chip]?.name ?? r.chip,
            address: r.address,
            name: registerOf(r.chip, r.address)?.name ?? null,
            source: SOURCE_NAMES[r.source] ?? r.source,
            value: r.value,
            fields: Object.fromEntries(
                fieldsOf(r.chip, r.address, r.value).map(f => [f.name, f.value])
            ),
        })),
    }
}
