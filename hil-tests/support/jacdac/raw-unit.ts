// Plays a bedside unit on the Jacdac cable: serves bedside-unit, and records what the cart tells it (services/bedside-unit.md).

import { readCommands, reportFrame } from "../../../boards/virtual/vm/jacdac-frame"
import type { VirtualBoard } from "../../../boards/virtual/virtual-board"
import { codeOf, serviceSpec, type ServiceSpec } from "../../../src/tools/services/service-specs"
import { RawClient, words } from "./raw-client"

const UNIT = serviceSpec("bedside-unit")
const ANNOUNCE_US = 500_000
/** Jacdac: the lowest four bits of an announcement count the starts of the device up to 15. */
const ANNOUNCED_OFTEN = 15
/** The service is the first one after Jacdac's control service. */
const SERVICE_UNIT = 1

type Values = Readonly<Record<string, number | string>>

interface Told {
    readonly timeUs: number
    readonly bytes: Buffer
    readonly values: Values
}

/** The fields of the register with all values of a service, by name. */
function fieldsOf(spec: ServiceSpec, register: string, payload: Buffer): Values {
    const values: Record<string, number | string> = {}
    let at = 0
    for (const { name, type } of spec.packets.find(p => p.name === register)!.fields) {
        if (type === "string") {
            values[name] = payload.toString("utf8", at)
            at = payload.length
            continue
        }
        const bytes = Number(type.slice(1)) / 8
        values[name] = type.startsWith("i")
            ? payload.readIntLE(at, bytes)
            : payload.readUIntLE(at, bytes)
        at += bytes
    }
    if (at !== payload.length) throw new Error(`${register} has ${payload.length} bytes, not ${at}`)
    return values
}

export class RawUnit extends RawClient {
    readonly statuses: Told[] = []
    readonly settings: Told[] = []
    readonly answers: Told[] = []
    private readonly deviceId: Buffer

    constructor(board: VirtualBoard, device: number) {
        super(board, device, true)
        this.deviceId = Buffer.concat([words(device), Buffer.from("unit")])
        this.announce()
    }

    private announce(): void {
        if (!this.plugged) return
        const classes = words(ANNOUNCED_OFTEN, UNIT.classIdentifier)
        this.port.send(reportFrame(this.deviceId, 0, 0, classes))
        this.board.clock.after(ANNOUNCE_US, () => this.announce())
    }

    protected override hear(frame: Uint8Array): void {
        super.hear(frame)
        for (const { deviceId, serviceIndex, command, payload } of readCommands(frame)?.commands ??
            [])
            if (
                this.plugged &&
                serviceIndex === SERVICE_UNIT &&
                this.deviceId.equals(deviceId ?? new Uint8Array(0))
            )
                this.note(command, Buffer.from(payload))
    }

    private note(command: number, payload: Buffer): void {
        const timeUs = this.board.clock.nowUs
        if (command === codeOf(UNIT, "status"))
            this.statuses.push({
                timeUs,
                bytes: payload,
                values: fieldsOf(serviceSpec("pullback-cart"), "status", payload),
            })
        else if (command === codeOf(UNIT, "settings"))
            this.settings.push({
                timeUs,
                bytes: payload,
                values: fieldsOf(serviceSpec("pullback-settings"), "settings", payload),
            })
        else
            this.answers.push({ timeUs, bytes: payload, values: fieldsOf(UNIT, "answer", payload) })
    }

    /** What it was told last. */
    get status(): Values {
        return this.statuses.at(-1)!.values
    }

    get setting(): Values {
        return this.settings.at(-1)!.values
    }
}
