# programs: yes + head
# packages: coreutils

yes word | head -n 3
yes | head -c 100000 | md5sum
