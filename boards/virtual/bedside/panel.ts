// Buttons, dial, buzzer and lamps of a bedside unit as one device of jacdac-ts, which stands for the native servers of the controller.
// Times: button.c, jd_sensor.c and jd_services.c of jacdac-c.

import { BUTTONS, LAMPS } from "../../../src/shared/devices/bedside-unit"
import { jacdac, type JDBus, type JDServiceServer, type Packet } from "../network/jacdac-ts"
import type { Alarm, VirtualClock } from "../vm/virtual-clock"

const DEVICE_ID = "9a7e1c0de5b0a4d1"
/** From the chip's own server to its program, and back: an estimate. */
const LOCAL_US = 100
/** From the start of the controller to the first announcement. */
const START_US = 2000
const ANNOUNCE_US = 500_000
/** A server of a button reads its pin this often. */
const SAMPLE_US = 9000
/** An event is sent three times. */
const REPEATS_US = [20_000, 70_000]

/** A tone that the buzzer was told to play. */
export interface Tone {
    readonly timeUs: number
    readonly frequencyHz: number
    /** 0 to 1. */
    readonly volume: number
    readonly ms: number
}

/**
 * The part of a jacdac-ts bus that servers need. The bus itself would poll all registers and answer by promises, which
 * do not follow the virtual clock.
 */
class PanelBus extends jacdac.JDEventSource {
    constructor(private readonly clock: VirtualClock) {
        super()
    }

    get timestamp(): number {
        return this.clock.nowUs / 1000
    }
}

/** A device of jacdac-ts whose packets leave at once, and whose events are repeated by the clock. */
class PanelDevice extends jacdac.JDServerServiceProvider {
    constructor(
        services: JDServiceServer[],
        private readonly clock: VirtualClock,
        private readonly send: (frame: Uint8Array) => void
    ) {
        super("panel", services, { deviceId: DEVICE_ID })
    }

    override sendPacketAsync(packet: Packet): Promise<void> {
        packet.deviceIdentifier = this.deviceId
        const frame = packet.toBuffer()
        this.send(frame)
        if (packet.isEvent)
            for (const us of REPEATS_US) this.clock.after(us, () => this.send(frame))
        return Promise.resolve()
    }

    /** The repeats of an event are sent above: those of jacdac-ts wait for real time. */
    override delayedSend(): void {
        return undefined
    }
}

/** Its volume is part of the tone, as with the native server. */
class Buzzer extends jacdac.BuzzerServer {
    constructor(onTone: (tone: Omit<Tone, "timeUs">) => void) {
        super()
        this.volume.setValues([1])
        this.addCommand(jacdac.BuzzerCmd.PlayTone, packet => {
            const [period, duty, ms] = jacdac.jdunpack<[number, number, number]>(
                packet.data,
                "u16 u16 u16"
            )
            const [volume] = this.volume.values()
            if (period > 0)
                onTone({ frequencyHz: 1e6 / period, volume: ((2 * duty) / period) * volume, ms })
        })
    }
}

/** What the servers hold; made anew with each start of the controller. */
interface Servers {
    readonly buttons: readonly InstanceType<typeof jacdac.ButtonServer>[]
    readonly dial: InstanceType<typeof jacdac.RotaryEncoderServer>
    readonly lamps: readonly JDServiceServer[]
    readonly device: PanelDevice
    readonly bus: PanelBus
}

export class Panel {
    readonly tones: Tone[] = []
    /** Levels of the pins of the buttons, which the operator sets. */
    readonly down: boolean[] = new Array<boolean>(BUTTONS).fill(false)
    private servers: Servers | undefined
    private sampling: Alarm | undefined
    private announcing: Alarm | undefined

    /** @param deliver passes a frame to the program */
    constructor(
        private readonly clock: VirtualClock,
        private readonly deliver: (frame: Uint8Array) => void
    ) {}

    /** The controller starts. */
    start(): void {
        this.stop()
        const buttons = Array.from({ length: BUTTONS }, () => new jacdac.ButtonServer())
        const dial = new jacdac.RotaryEncoderServer()
        const buzzer = new Buzzer(tone => this.tones.push({ timeUs: this.clock.nowUs, ...tone }))
        const lamps = Array.from(
            { length: LAMPS },
            () => new jacdac.JDServiceServer(jacdac.SRV_LIGHT_BULB, { intensityValues: [0] })
        )
        const bus = new PanelBus(this.clock)
        const device: PanelDevice = new PanelDevice(
            [...buttons, dial, buzzer, ...lamps],
            this.clock,
            frame => this.send(frame, device)
        )
        device.bus = bus as unknown as JDBus
        this.servers = { buttons, dial, lamps, device, bus }
        this.announcing = this.clock.after(START_US, () => this.announce())
        this.sampling = this.clock.after(START_US, () => this.sample())
    }

    /** The controller has no power. */
    stop(): void {
        for (const alarm of [this.announcing, this.sampling]) if (alarm) alarm.cancelled = true
        if (this.servers) this.servers.device.bus = undefined as unknown as JDBus
        this.servers = undefined
    }

    /** Brightness of each lamp, 0 to 1. */
    get lamps(): number[] {
        const lit = this.servers?.lamps.map(lamp => {
            const { data } = lamp.register(jacdac.LightBulbReg.Brightness)
            return (data[0]! | (data[1]! << 8)) / 0xffff
        })
        return lit ?? new Array<number>(LAMPS).fill(0)
    }

    turn(clicks: number): void {
        void this.servers?.dial.rotate(clicks)
    }

    /** @returns whether the frame is for the panel alone */
    receive(frame: Uint8Array): boolean {
        const { bus, device } = this.servers ?? {}
        if (!bus || !device) return false
        let isMine = false
        for (const packet of jacdac.Packet.fromFrame(frame, bus.timestamp, true)) {
            isMine ||= packet.deviceIdentifier === device.deviceId
            bus.emit(jacdac.PACKET_PROCESS, packet)
        }
        return isMine
    }

    private send(frame: Uint8Array, device: PanelDevice): void {
        this.clock.after(LOCAL_US, () => {
            if (this.servers?.device === device) this.deliver(frame)
        })
    }

    private announce(): void {
        this.servers?.bus.emit(jacdac.SELF_ANNOUNCE)
        this.announcing = this.clock.after(ANNOUNCE_US, () => this.announce())
    }

    private sample(): void {
        const { buttons = [], dial } = this.servers ?? {}
        buttons.forEach((button, i) => {
            button.reading.setValues([this.down[i] ? 1 : 0])
            button.emit(jacdac.REFRESH)
        })
        dial?.emit(jacdac.REFRESH)
        this.sampling = this.clock.after(SAMPLE_US, () => this.sample())
    }
}
