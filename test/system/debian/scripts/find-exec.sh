# programs: find + sh + grep
# packages: findutils, coreutils, grep, sed

mkdir d
for i in 3 1 2; do
  echo n$i > d/$i.txt
done
find d -name '*.txt' -exec grep -H n {} \; | sort
find d -type f -exec cat {} + | sort
find d -type f -exec sh -c 'for f; do basename $f .txt; done' x {} + | sort
find d -name '1*' -execdir echo {} \;;
find d -type f -exec false \;;
echo $?
find d -type f -exec false {} +
echo $?
find d -name 2.txt -delete
ls d
find d -name 3.txt -exec mv {} {}.old \;;
ls d
find d -exec nonexistent {} \; 2>&1 | sort -u
