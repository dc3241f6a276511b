// What a cart reports, as entries of a log: its versions, each event and alarm with time and value, refusals, runs.

import { STATE_NAMES } from "../../shared/cart-machine"
import { EVENT_STATE, sentenceOf } from "../../shared/codes"
import type { Description, End, Event, Hello, Refusal } from "../../shared/protocol/messages"
import { layoutHash } from "../../shared/protocol/layout-hash"
import { PROGRAM_VERSION, versionText } from "../../shared/versions"
import { boardIdOf } from "../link/host-identity"
import { alarmOf } from "../run/alarm"
import { valueText } from "../run/alarm-text"
import { restartDetail } from "../run/restart-text"
import { linesFired, type RunListener } from "../run/run-receiver"
import type { LogFile } from "./log-file"

/** Writes the messages of one cart, except lines and status. @param name in front of each entry, for a log of several carts */
export function cartLog(
    log: Pick<LogFile, "write">,
    name: () => string = () => ""
): Required<
    Pick<
        RunListener,
        | "onHello"
        | "onRestart"
        | "onEvent"
        | "onRefusal"
        | "onReject"
        | "onDescription"
        | "onEnd"
        | "onUnknownRunEnd"
    >
> {
    const prefix = (): string => (name() === "" ? "" : `cart ${name()}: `)
    return {
        onHello: hello => log.write("cart", prefix() + helloText(hello)),
        onRestart: restart => log.write("cart", prefix() + restartDetail(restart)),
        onEvent: event => {
            const isAlarm = alarmOf(event) !== undefined
            log.write(isAlarm ? "alarm" : "event", prefix() + eventText(event))
        },
        onRefusal: refusal => log.write("refused", prefix() + refusalText(refusal)),
        onReject: reason =>
            log.write("refused", `${prefix()}session: ${reason} ${sentenceOf(reason)}`),
        onDescription: description => log.write("run", prefix() + descriptionText(description)),
        onEnd: end => log.write("run", prefix() + endText(end)),
        onUnknownRunEnd: end =>
            log.write("run", `${prefix()}of another session or host: ${endText(end)}`),
    }
}

/** The versions of this program. */
export function hostText(): string {
    return `version ${versionText(PROGRAM_VERSION)}, layout ${hex(layoutHash())}, Node ${process.version}, ${process.platform} ${process.arch}`
}

export function helloText(hello: Hello): string {
    return `board ${boardIdOf(hello)}, version ${versionText(hello.firmware_version)}, layout ${hex(hello.layout_hash)}`
}

/** The time is the cart's, since its start. */
function eventText(event: Event): string {
    const { code, value, time_ms } = event
    const alarm = alarmOf(event)
    const meaning =
        code === EVENT_STATE ? `state ${STATE_NAMES[value] ?? value}` : valueText(code, value)
    const priority = alarm ? ` ${alarm.priority} priority:` : ""
    const words = `${alarm?.sentence ?? sentenceOf(code)}; value ${value}${meaning === undefined ? "" : `: ${meaning}`}`
    return `${(time_ms / 1000).toFixed(3)} s ${code}${priority} ${words}`
}

function refusalText({ command, reason, value, serial }: Refusal): string {
    // A setup and what belongs to it have no number of a command.
    const request = command === 0 ? "setup or its data" : `request ${command}`
    return `${request}, serial ${serial}: ${reason} ${sentenceOf(reason)}; value ${value}`
}

function descriptionText(d: Description): string {
    const [from, to] = [d.window_start_nm, d.window_end_nm].map(nm => (nm / 1e6).toFixed(3))
    return `run ${d.run} began: catheter ${d.catheter}, serial ${d.catheter_serial}, ${d.lines_per_frame} A-lines × ${d.samples_per_line} samples, ${d.frame_rate_mhz / 1000} frames/s, ${d.speed_nm_s / 1e6} mm/s, window ${from} to ${to} mm`
}

function endText(end: End): string {
    const outcome = end.outcome === 0 ? "complete" : `${end.outcome} ${sentenceOf(end.outcome)}`
    return `run ${end.run} ended: ${outcome}; A-lines fired ${linesFired(end) ?? "unknown"}, sent ${end.lines_sent}, dropped ${end.lines_dropped_fifo} fifo, ${end.lines_dropped_credit} credit, ${end.lines_dropped_crc} crc, ${end.lines_dropped_gate} gate`
}

function hex(value: number): string {
    return `0x${(value >>> 0).toString(16).padStart(8, "0")}`
}
