-- programs: lua5.4
-- packages: lua5.4

local t = {5, 2, 8, 1}; table.sort(t)
print(table.concat(t, ","))
print(#t, t[2], select("#", 1, nil, 3))
print(string.format("%5.2f|%d|%s|%q|%x|%g", 3.14159, 42, "s", 'a "b"', 255, 1e20))
print(("hello world"):gsub("o", "0"))
print(string.find("abc123", "(%a+)(%d+)"))
for k, v in string.gmatch("a=1, b=2", "(%w+)=(%w+)") do io.write(k, v, " ") end
print()
print(10 // 3, -7 // 2, -7 % 3, 7 / 2, 2^10, 1 << 62, 5 // 0.0, -5 % 0.0 ~= -5 % 0.0, math.maxinteger + 1 == math.mininteger, 3 | 4, ~0)
print(math.type(1), math.type(1.0), 1e15, 2^53, 0.1 + 0.2, math.pi, tostring(1/0))
local mt = setmetatable({}, {__index = function(_, k) return k .. "!" end, __call = function(_, a) return a * 2 end})
print(mt.x, mt(21))
print(pcall(error, {code = 1}) , select(2, pcall(error, "msg", 0)))
goto e
do print("skipped") end
::e::
print(utf8.char(233, 8364), utf8.len("é€"), #"é€", string.rep("ab", 3, "-"), ("x"):byte(), tostring(nil), tonumber("0x1p4"), tonumber("z", 36), math.tointeger(3.0), string.pack(">I2", 258):byte(1, -1))
