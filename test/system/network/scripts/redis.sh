# A server that lives by epoll, over TCP and a local socket.
python3 /scripts/loopback.py
cd /tmp
redis-server --port 6379 --bind 127.0.0.1 --save '' --appendonly no --unixsocket /tmp/redis.sock > /tmp/log 2>&1 &
server=$!
until [ "$(redis-cli -h 127.0.0.1 ping 2> /dev/null)" = PONG ]; do sleep 0.2; done
redis-cli -h 127.0.0.1 set a 1
redis-cli -h 127.0.0.1 incr a
for i in 1 2 3; do echo "set key$i value$i"; done | redis-cli -h 127.0.0.1
redis-cli -s /tmp/redis.sock keys '*' | sort
redis-cli -s /tmp/redis.sock lpush list a b c
redis-cli -s /tmp/redis.sock lrange list 0 -1
redis-cli -h 127.0.0.1 eval 'return redis.call("get", KEYS[1])' 1 key2
redis-cli -h 127.0.0.1 blpop queue 30 > /tmp/popped &
client=$!
redis-cli -h 127.0.0.1 rpush queue item > /tmp/pushed
wait $client
cat /tmp/popped
redis-cli -h 127.0.0.1 info server | head -c 100000 > /tmp/info
redis-cli -h 127.0.0.1 shutdown nosave
wait $server
echo "server $?"
