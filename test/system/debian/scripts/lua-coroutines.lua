-- programs: lua5.4
-- packages: lua5.4

local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
for x in gen(3) do io.write(x, " ") end
print()
local co = coroutine.create(function(a, b) local c = coroutine.yield(a + b); local d, e = coroutine.yield(c * 2); return d + e end)
print(coroutine.resume(co, 1, 2))
print(coroutine.resume(co, 10))
print(coroutine.resume(co, 3, 4))
print(coroutine.resume(co))
print(coroutine.status(co))
local function perm(a, n) if n <= 1 then coroutine.yield(table.concat(a)) else for i = 1, n do a[n], a[i] = a[i], a[n]; perm(a, n - 1); a[n], a[i] = a[i], a[n] end end end
for p in coroutine.wrap(function() perm({"a", "b", "c"}, 3) end) do io.write(p, " ") end
print()
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print(fib(20))
local s = 0
for i = 1, 100000 do s = s + i % 7 end
print(s)
do local x <close> = setmetatable({}, {__close = function() print("closed") end}) print("in") end
collectgarbage()
print(collectgarbage("count") > 0, load("return 1 + 1")(), load("syntax error here"))
