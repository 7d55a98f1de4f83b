# Sourced by mvnw: sets JAVA_HOME to a JDK that can build Tidings, or says in one line what is missing.
# A JAVA_HOME that is new enough is respected, then the java on the PATH, then the newest one in a usual place.

tidings_jdk_needed=21

# Prints the version of the JDK at $1, nothing if there is no JDK.
tidings_jdk_version() {
  [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$1/release" | tr -d '\r'
  else
    "$1/bin/javac" -version 2>&1 | sed -n 's/^javac //p'
  fi
}

# Prints version $1 as one number that compares: 21.0.7 as 21000007, 1.8.0_392 as 8000000.
tidings_jdk_rank() {
  printf %s\\n "$1" | sed 's/^1\.//' | awk -F'[^0-9]+' '{ printf "%d\n", $1 * 1000000 + $2 * 1000 + $3 }'
}

# Remembers the JDK at $1 if it is newer than the newest so far.
tidings_jdk_consider() {
  version=$(tidings_jdk_version "$1")
  [ -n "$version" ] || return 0
  rank=$(tidings_jdk_rank "$version")
  [ "$rank" -gt "$tidings_jdk_rank" ] || return 0
  tidings_jdk_rank=$rank tidings_jdk=$1 tidings_jdk_found="Java $version at $1"
}

tidings_jdk_enough() { [ "$tidings_jdk_rank" -ge $((tidings_jdk_needed * 1000000)) ]; }

tidings_jdk_rank=0 tidings_jdk='' tidings_jdk_found='no JDK'

[ -z "${JAVA_HOME-}" ] || tidings_jdk_consider "$JAVA_HOME"

if ! tidings_jdk_enough && tidings_java=$(command -v java); then
  # /usr/bin/java is mostly a link, often to a link.
  tidings_java=$(readlink -f "$tidings_java" 2>/dev/null) || tidings_java=''
  [ -z "$tidings_java" ] || tidings_jdk_consider "${tidings_java%/bin/java}"
fi

if ! tidings_jdk_enough; then
  set +f # mvnw works without file name patterns
  for tidings_java in /usr/lib/jvm/* /usr/local/lib/jvm/* /opt/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/*; do
    tidings_jdk_consider "$tidings_java"
  done
  set -f
fi

if ! tidings_jdk_enough; then
  echo "mvnw: Tidings needs a JDK of $tidings_jdk_needed or newer; found $tidings_jdk_found; install one or set JAVA_HOME" >&2
  exit 1
fi
JAVA_HOME=$tidings_jdk
export JAVA_HOME
