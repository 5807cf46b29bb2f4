# programs: patch
# packages: diffutils, patch, coreutils

printf -- '--- /dev/null\n+++ b/d/new\n@@ -0,0 +1,2 @@\n+first\n+second\n' > p
patch -p1 < p
cat d/new
patch -p1 -R < p
ls
printf -- '--- a\n+++ a\n@@ -1 +1 @@\n-x\n+y\n' | ( echo x > a
patch -b )
cat a a.orig
