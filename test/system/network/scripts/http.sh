# Python's web server, and three clients.
python3 /scripts/loopback.py
mkdir -p /tmp/www && cd /tmp/www
echo 'hello from here' > index.txt
head -c 300000 /usr/bin/bash > large.bin
python3 -m http.server --bind 127.0.0.1 8000 > /tmp/log 2>&1 &
server=$!
python3 - <<'END'
import hashlib, time, urllib.request
for _ in range(600):
    try:
        print(urllib.request.urlopen('http://127.0.0.1:8000/index.txt').read())
        break
    except OSError:
        time.sleep(.1)
body = urllib.request.urlopen('http://localhost:8000/large.bin').read()
print(len(body), hashlib.sha256(body).digest() == hashlib.sha256(open('large.bin', 'rb').read()).digest())
END
curl -s http://127.0.0.1:8000/index.txt; echo "curl $?"
curl -sI http://127.0.0.1:8000/index.txt | head -n 1
curl -s http://127.0.0.1:8000/none | head -n 1
curl -s http://127.0.0.1:8001/; echo "nobody there: curl $?"
wget -q -O - http://127.0.0.1:8000/index.txt; echo "wget $?"
for i in 1 2 3 4; do curl -s http://127.0.0.1:8000/large.bin | sha256sum & done
wait %2 %3 %4 %5
kill $server
wait $server
echo "server $?"
