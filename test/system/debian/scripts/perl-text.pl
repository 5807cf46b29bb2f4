# programs: perl
# packages: perl

use strict;
my %c;
$c{$_}++ for split //, "mississippi";
print join(",", map {"$_=$c{$_}"} sort keys %c), "\n";
(my $s = "Hello World") =~ s/(\w+) (\w+)/$2 $1/;
print "$s\n";
print join("|", "a1b22c333" =~ /(\d+)/g), "\n";
printf "%05.2f %x %s %e\n", 3.14159, 255, "é", 12345.678;
print scalar reverse("abc"), ucfirst lc("WORLD"), " ", "ab" x 3, " ", join(",", sort {$b <=> $a} 10, 9, 100), "\n";
my @a = (1..5);
print "@a[1..3] $#a ", join(",", splice(@a, 1, 2)), " @a\n";
print sprintf("%s", 1e21), " ", 10/3, " ", 2**53, " ", int(-7/2), " ", -7 % 3, " ", 0x1f | 8, "\n";
(my $t = "abc") =~ tr/a-c/A-C/;
print "$t\n";
print "match $1 at $-[0]\n" if "foobar" =~ /(o+)/;
my $h = {list => [1, {k => "v"}]};
print $h->{list}[1]{k}, "\n";
local $_ = "x=1;y=2";
my %h = /(\w)=(\d)/g;
print map {"$_$h{$_} "} sort keys %h;
print "\n", pack("NnC", 1, 2, 3) eq "\0\0\0\1\0\2\3" ? "packed" : "no", " ", unpack("H*", "abc"), " ", sprintf("%vd", "1.22.333"), "\n";
