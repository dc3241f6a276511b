// Finds hardware problems in a register dump and says what to do about them; un0rick boards: un0rick-health.ts.

import { STATE_NAMES, STATE_STOPPED } from "../../shared/cart-machine"
import * as le from "../../shared/devices/line-engine"
import type { Status } from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import {
    ADDRESS_STATUS,
    CART_CALIBRATION_REASON,
    CART_SCREW_POINTS,
    DUMP_CART,
    DUMP_ENGINE,
    DUMP_MOTOR,
} from "../../shared/protocol/register-dump"
import { faultText, stopText } from "../fault-text"
import type { Dump } from "./dump"
import { fieldsOf } from "./fields-of"
import { ACKNOWLEDGE, type Finding } from "./finding"
import { tmc5160Registers } from "../../shared/devices/tmc5160"
import { hasUn0rick, un0rickFindings, un0rickNotes } from "./un0rick-health"

export interface Health {
    /** Problems that a working cart does not have. */
    readonly wrong: readonly Finding[]
    /** Hints for the technician before a pullback. */
    readonly notes: readonly Finding[]
}

/** Flags of the motor driver that indicate a problem: register, flag, finding. */
const MOTOR_FLAGS: readonly (readonly [string, string, string, string])[] = [
    [
        "GSTAT",
        "reset",
        "The motor driver was reset and has lost its settings; values shown as written are no longer in the chip.",
        `Check its supply, then ${ACKNOWLEDGE}: the cart writes all settings again.`,
    ],
    [
        "GSTAT",
        "drv_err",
        "The motor driver switched its power stage off because of an error.",
        `Check DRV_STATUS for a short circuit or overtemperature, remove the cause, then ${ACKNOWLEDGE}.`,
    ],
    [
        "GSTAT",
        "uv_cp",
        "The charge pump of the motor driver reported undervoltage.",
        "Check the motor supply VS and the capacitors of the charge pump.",
    ],
    [
        "DRV_STATUS",
        "ot",
        "The motor driver overheated and switched off.",
        "Let it cool down, and check its heat sink and IRUN.",
    ],
    [
        "DRV_STATUS",
        "otpw",
        "The motor driver reports an overtemperature warning.",
        "Check its heat sink and IRUN before a long pullback.",
    ],
    [
        "DRV_STATUS",
        "s2ga",
        "The motor driver reports a short to ground in coil A.",
        "Check the motor and its cable.",
    ],
    [
        "DRV_STATUS",
        "s2gb",
        "The motor driver reports a short to ground in coil B.",
        "Check the motor and its cable.",
    ],
    [
        "DRV_STATUS",
        "s2vsa",
        "The motor driver reports a short to the supply in coil A.",
        "Check the motor and its cable.",
    ],
    [
        "DRV_STATUS",
        "s2vsb",
        "The motor driver reports a short to the supply in coil B.",
        "Check the motor and its cable.",
    ],
]

/** Flags of the line engine that indicate a problem. */
const ENGINE_FLAGS: readonly (readonly [string, string, string])[] = [
    [
        "reset",
        "The line engine was reset and has lost its settings.",
        `Check its supply, then ${ACKNOWLEDGE}.`,
    ],
    [
        "bad_command",
        "The line engine received a command with a wrong CRC or an unknown address.",
        "Check the SPI wiring between cart and line engine.",
    ],
    [
        "refused",
        "The line engine refused a request.",
        `If the cart is in fault, ${ACKNOWLEDGE}; if it recurs, trace the SPI bus.`,
    ],
    [
        "inhibited",
        "Transmit is inhibited by the safety circuit.",
        "Release the e-stop and check the wiring of the watchdog.",
    ],
]

/**
 * Flags of a line engine that its power-up and a stopped cart leave: the cart sets the engine up after its other tests, and
 * the safety circuit inhibits transmit. Beside another fault they are its consequence.
 */
const CONSEQUENCES: Readonly<Record<string, number>> = {
    reset: codes.FAULT_ENGINE_RESET,
    inhibited: codes.FAULT_ENGINE_INHIBITED,
}

/** Whether a flag is only the consequence of another fault. */
function isConsequence(flag: string, { fault }: Pick<Status, "fault">): boolean {
    return Object.hasOwn(CONSEQUENCES, flag) && fault !== codes.GOOD && fault !== CONSEQUENCES[flag]
}

/**
 * Evaluates a register dump taken while nothing moved.
 * @param framBroken whether the cart has reported that its FRAM does not store
 */
export function healthOf(dump: Dump, status: Status, framBroken = false): Health {
    const wrong = [
        ...faultOf(status),
        ...motorFindings(dump),
        ...(hasUn0rick(dump) ? un0rickFindings(dump, status) : engineFindings(dump, status)),
    ]
    if (framBroken)
        wrong.push({
            what: "The FRAM did not store the restart record: the record did not read back as written.",
            todo: "Check its supply and its SPI wiring. After a restart the cart cannot say what it did before.",
        })
    const notes = hasUn0rick(dump) ? un0rickNotes(dump) : []
    const calibration = dump.read(DUMP_CART, CART_CALIBRATION_REASON)
    if (calibration !== undefined && calibration !== codes.GOOD)
        wrong.push({
            what: sentence(calibration),
            todo: "Calibrate the sled; until then the cart refuses pullbacks.",
        })
    else if (dump.read(DUMP_CART, CART_SCREW_POINTS) === 0)
        notes.push({
            what: "The lead screw of this sled has not been measured.",
            todo: "Calibrate the sled before its first pullback.",
        })
    if (engineFlags(dump)?.has("catheter") === false)
        notes.push({
            what: "No catheter is plugged in.",
            todo: "Plug one in before a pullback.",
        })
    return { wrong, notes }
}

function faultOf(status: Status): Finding[] {
    if (status.fault === codes.GOOD) return []
    const name = STATE_NAMES[status.state] ?? `state ${status.state}`
    const isStopped = status.state === STATE_STOPPED
    const text = isStopped ? stopText : faultText
    return [
        {
            what: `The cart is ${isStopped ? "" : "in "}${name}: ${text(status.fault, status.fault_value)}.`,
            todo:
                status.fault === codes.FAULT_UN0RICK_CATHETER
                    ? "Set it: `npm run ivus -- pair --catheter single-un0rick` writes the setting and says how to deploy it."
                    : remedyOf(status),
        },
    ]
}

/** How the fault or emergency stop of a cart is ended. */
function remedyOf({ state }: Status): string {
    return state === STATE_STOPPED
        ? "Release the emergency stop, then run `ivus return`, which asks for the reset."
        : `Remove the cause, then ${ACKNOWLEDGE}.`
}

function setFlags(
    chip: number,
    address: number,
    value: number | undefined
): ReadonlySet<string> | undefined {
    if (value === undefined) return undefined
    const set = fieldsOf(chip, address, value).filter(f => f.flag && f.value)
    return new Set(set.map(f => f.name))
}

function motorFindings(dump: Dump): Finding[] {
    const flagsOf = (name: string): ReadonlySet<string> | undefined => {
        const { address } = tmc5160Registers().find(r => r.name === name)!
        return setFlags(DUMP_MOTOR, address, dump.read(DUMP_MOTOR, address))
    }
    const inputs = flagsOf("IOIN")
    if (!inputs)
        return [
            {
                what: "The motor driver does not identify itself as a TMC5160.",
                todo: "Check its supply, its SPI wiring (CS, SCK, SDI, SDO) and that SPI_MODE is high; a bus of all ones or all zeros means a disconnected cable.",
            },
        ]
    const found = MOTOR_FLAGS.filter(([register, flag]) => flagsOf(register)?.has(flag)).map(
        ([, , what, todo]) => ({ what, todo })
    )
    const stat = flagsOf("RAMP_STAT")
    if (stat?.has("status_stop_l") && stat.has("status_stop_r"))
        found.push({
            what: "Both end switches are closed at the same time.",
            todo: "Check the cable of the end switches: an open wire reads as closed.",
        })
    return found
}

function engineFlags(dump: Dump): ReadonlySet<string> | undefined {
    return setFlags(DUMP_ENGINE, ADDRESS_STATUS, dump.read(DUMP_ENGINE, ADDRESS_STATUS))
}

function engineFindings(dump: Dump, status: Status): Finding[] {
    const id = dump.read(DUMP_ENGINE, le.REG_ID)
    const version = dump.read(DUMP_ENGINE, le.REG_VERSION)
    const flags = engineFlags(dump)
    if (id === undefined || version === undefined || !flags)
        return [
            {
                what: "The line engine does not answer.",
                todo: "Check its supply and its SPI wiring. A board with an un0rick needs another program; `npm run ivus -- pair --catheter single-un0rick` names it.",
            },
        ]
    if (id !== le.ENGINE_ID || version !== le.ENGINE_VERSION)
        return [
            {
                what: `The front end is not a line engine of version ${le.ENGINE_VERSION} (it reports version ${version}).`,
                todo: "Load the gateware of this firmware version.",
            },
        ]
    return ENGINE_FLAGS.filter(([flag]) => flags.has(flag) && !isConsequence(flag, status)).map(
        ([, what, todo]) => ({ what, todo })
    )
}

function sentence(code: number): string {
    const text = codes.sentenceOf(code)
    return `${text[0]!.toUpperCase()}${text.slice(1)}.`
}
