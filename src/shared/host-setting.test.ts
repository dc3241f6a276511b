// Which values of the setting "host" are used; the firmware's side: hil-tests/link/settings.test.ts.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { hostSettingIsValid } from "./host-setting"

const test = suite("the setting host")

test("is an object with a name and a port", () => {
    for (const value of [
        { name: "192.168.1.10", port: 7316 },
        { name: "console.local", port: 1, tls: true },
        { name: "a", port: 65535, tls: "no" },
    ])
        assert.ok(hostSettingIsValid(value), JSON.stringify(value))
})

test("is nothing else", () => {
    const others = [null, 0, 7316, true, "", "192.168.1.10:7316", "192.168.1.10", [], ["a", 1], {}]
    const ports = [undefined, null, 0, -1, 65536, 7316.5, NaN, Infinity, "7316", [7316]]
    const names = [undefined, null, "", 5, [], {}, "192.168.1.10:7316"]
    for (const value of [
        ...others,
        ...ports.map(port => ({ name: "a", port })),
        ...names.map(name => ({ name, port: 7316 })),
    ])
        assert.not(hostSettingIsValid(value), JSON.stringify(value))
})

test.run()
