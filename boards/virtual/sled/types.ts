// The contracts of the virtual sled: what the bus bridge, the line engine and the tests may call.
// Responsible for names, units and the closed lists only; no behaviour lives here.

/**
 * A device on the SPI bus, one call per chip-select period.
 * `mosi` and the returned `miso` have the same length. `timeUs` is the falling edge of chip select in
 * microseconds of virtual time; it may be fractional and must not run backwards (an earlier time is
 * taken as "now", since the physics cannot be undone).
 */
export interface SpiDevice {
    transfer(mosi: Uint8Array, timeUs: number): Uint8Array
}

/** Something that counts quadrature edges of the encoder by itself, e.g. the line engine. */
export interface QuadratureListener {
    /** `deltaCounts` is signed; called at each change, in order of time. */
    onCounts(deltaCounts: number, timeUs: number): void
}

/** The sled's mechanics; every field has a default, see `sled-options.ts` for the values and where they come from. */
export interface SledOptions {
    /** Sled position at power-on in mm, 0 = edge of the home switch; default drawn from the seed in 5..20 mm. */
    startPositionMm: number
    /** Screw lead in mm per turn. */
    leadMm: number
    /** Periodic screw error, peak to peak, in um. */
    screwErrorUmPp: number
    /** Linear screw error in um per metre of travel. */
    screwLinearUmPerM: number
    /** Backlash between screw and nut in um. */
    backlashUm: number
    /** Moving mass of the sled in kg. */
    sledMassKg: number
    /** Rotor and screw inertia, reflected to the nut, in kg. */
    rotorMassKg: number
    /** Force needed to start the sled, in N. */
    stictionN: number
    /** Friction of the moving sled as a fraction of `stictionN`, 0..1. */
    slidingFraction: number
    /** Random variation of each break-away, 0..1 (0.3 = ±30 %). */
    stictionVariation: number
    /** Friction of the screw and rotor, as a force at the nut, in N. */
    rotorFrictionN: number
    /** Viscous friction of the sled in N per m/s. */
    viscousNsPerM: number
    /** Stiffness of nut and screw in N per um. */
    stiffnessNPerUm: number
    /** Pull-out force of the motor at the nut at full current (CS = 31, GLOBALSCALER = 256), in N. */
    motorForceN: number
    /** Right end switch in mm (the left one is the origin). */
    rightSwitchMm: number
    /** Mechanical ends in mm. */
    leftStopMm: number
    rightStopMm: number
    /** Integration step in us. */
    stepUs: number
}

/** The encoder of the sled. */
export interface EncoderOptions {
    /** Travel per quadrature count in um. */
    resolutionUm: number
    /** Position of the index mark (N channel) in mm; one count wide. */
    indexPositionMm: number
}

/** Options of the whole rig; only the seed is required. */
export interface SledRigOptions {
    /** One seed replays bit for bit. */
    seed: number
    /** True clock of the chip in Hz, default 12,000,000; tests pass an error here. */
    fclkHz?: number
    sled?: Partial<SledOptions>
    encoder?: Partial<EncoderOptions>
    /** Level of DRV_ENN at power-on; default true = disabled. */
    disabledAtStart?: boolean
    /** End switches that pull their input low when closed (SW_MODE pol_stop_x = 1); default false. */
    switchesActiveLow?: boolean
}

/** Logged edges of things that only instruments see. */
export type EdgeSignal = "drv-enn" | "power-stage" | "ramp-moving" | "left-switch" | "right-switch"

/** One edge: `level` true means DRV_ENN high, stage on, ramp moving, switch closed. */
export interface Edge {
    timeUs: number
    signal: EdgeSignal
    level: boolean
}

/** Errors of this folder: a closed set with a sentence each. */
export type SledErrorCode =
    "bad-option" | "unknown-fault" | "bad-fault-value" | "bad-time" | "out-of-log"

export class SledError extends Error {
    readonly code: SledErrorCode
    constructor(code: SledErrorCode, message: string) {
        super(message)
        this.name = "SledError"
        this.code = code
    }
}
