# Bytes through chains of relays: TCP, a local socket, UDP, a pair of processes.
python3 /scripts/loopback.py
cd /tmp
seq 1 20000 > numbers
socat -u TCP4-LISTEN:7000,reuseaddr,bind=127.0.0.1 CREATE:copy &
first=$!
socat UNIX-LISTEN:/tmp/relay TCP4:127.0.0.1:7000,retry=50,interval=0.1 &
until [ -S /tmp/relay ]; do sleep 0.1; done
socat -u OPEN:numbers UNIX-CONNECT:/tmp/relay
wait $first
cmp numbers copy && echo "the same"
socat -u UDP4-RECV:7001,bind=127.0.0.1 CREATE:packet &
receiver=$!
sleep 1
echo "one packet" | socat -u - UDP4-SENDTO:127.0.0.1:7001
until [ -s packet ]; do sleep 0.1; done
cat packet
kill $receiver
wait $receiver 2> /dev/null
echo "to and fro" | socat - EXEC:'tr a-z A-Z',socketpair
socat -u OPEN:numbers TCP4:127.0.0.1:7999 2> /dev/null
echo "nobody there: $?"
