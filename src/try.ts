import { runVirtualPullback, vesselOriginMm } from "/work/main/src/host/cli/virtual-target"
const request = { catheterId: "array-20mhz", speedMmPerS: 1, lengthMm: +(process.argv[2] ?? 2), frameRateHz: 30 }
const t0 = Date.now()
const run = await runVirtualPullback({ request, bytecodeFile: ".devicescript/bin/bytecode.devs", seed: 1,
  echo: { line: (_z, _i, out) => out.fill(0.01) }, faults: [], progress: () => {}, onLog: (l, t) => console.log((t/1000).toFixed(1), l) })
console.log("wall", Date.now() - t0)
const r = run.receiver
console.log(r.stream.faults, r.end, r.assembler!.frames.length, r.assembler!.counts, r.testLines, r.testLinesWrong, r.dropped, run.capture.length)
console.log(r.assembler!.firstAtSpeed, r.assembler!.lastAtSpeed, run.instruments!.positionMm(r.assembler!.firstAtSpeed!.tickUs), run.instruments!.positionMm(r.assembler!.lastAtSpeed!.tickUs))
