-- programs: lua5.4 + seq + tac
-- packages: lua5.4, coreutils

local f = assert(io.open("f", "w"))
f:write("line 1\n", 2, "\n", 3.5, "\n")
f:close()
for l in io.lines("f") do io.write("[", l, "]") end
print()
f = io.open("f", "r+")
print(f:read("l", "n", "n", "a"))
print(f:seek("set", 2), f:read(4), f:seek("end"))
f:close()
print(io.open("absent"))
print(os.rename("f", "g"), os.remove("g"), os.remove("g"))
print(os.getenv("HOME"), os.getenv("NOPE"), os.date("!%F %T", 0), os.time({year = 2000, month = 1, day = 1, hour = 12}) > 0)
print(io.read("a"))
io.stderr:write("to stderr\n")
print(pcall(io.lines, "absent"))
local p = io.popen("seq 3 | tac")
print(p:read("a"), p:close())
os.execute("echo from shell")
os.exit(9)
