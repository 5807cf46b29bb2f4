# programs: perl
# packages: perl

use strict;
mkdir "d" or die;
open my $f, ">", "d/f" or die;
print $f "line $_\n" for 1..3;
close $f;
print -s "d/f", " ", -d "d" ? "dir" : "no", "\n";
open $f, "<", "d/f";
my @l = <$f>;
print scalar(@l), " $l[-1]";
seek $f, 5, 0;
read $f, my $b, 6;
print "[$b] ", tell $f, "\n";
close $f;
rename "d/f", "d/g";
symlink "g", "d/l";
link "d/g", "d/h";
print readlink("d/l"), " ", (stat "d/g")[3], "\n";
opendir my $d, "d";
print join(",", sort grep {!/^\./} readdir $d), "\n";
chmod 0600, "d/g";
printf "%o\n", (stat "d/g")[2] & 07777;
utime 5, 1000, "d/g";
print((stat "d/l")[9], "\n");
open $f, "<", "absent" or print "$! ", $!+0, "\n";
rmdir "d" or print "$!\n";
unlink glob "d/*";
rmdir "d" and print "removed\n";
open my $m, "<", \ "in\nmemory\n";
print scalar <$m>;
$_ = <STDIN>;
print defined $_ ? "in" : "eof", "\n";
@ARGV = ("x");
open my $o, ">", "x";
print $o "a\nb\n";
close $o;
$^I = ".bak";
while (<>) { s/a/A/; print }
undef $^I;
open $f, "x";
print STDOUT <$f>;
print STDOUT -e "x.bak" ? "kept\n" : "none\n";
