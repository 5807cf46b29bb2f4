# programs: basenc
# packages: coreutils

for e in --base64url --base32hex --base16 --base2msbf; do
  printf "abc?>\377" | basenc $e
done
