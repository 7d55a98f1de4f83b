{{/* What every instance is, whoever keeps it running. */}}
{{- define "tidings.pod" -}}
{{- $shutdown := .Values.shutdown -}}
metadata:
  annotations:
    # New settings are new instances.
    tidings.dev/settings: {{ include "tidings.properties" . | sha256sum }}
    {{- if or .Values.auth.secret .Values.redis.password }}
    # New secrets, too; so few characters that no secret can be guessed by them.
    tidings.dev/secrets: {{ printf "%s %s" .Values.auth.secret .Values.redis.password | sha256sum | trunc 8 | quote }}
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  labels:
    {{- include "tidings.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "tidings.service-account" . }}
  automountServiceAccountToken: false
  # TIDINGS_PORT and the like, which Kubernetes would set for every Service, look like settings.
  enableServiceLinks: false
  {{- with .Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  # preStop, tidings.drain and what comes after.
  terminationGracePeriodSeconds: {{ add $shutdown.preStopSeconds $shutdown.drainSeconds $shutdown.marginSeconds }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: tidings
      image: {{ include "tidings.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      # Where the service looks for config/application.properties.
      workingDir: /deployments
      {{- $auth := include "tidings.auth-secret" . }}
      {{- $redis := "" }}
      {{- if eq .Values.log.backend "redis" }}
      {{- $redis = include "tidings.redis-secret" . }}
      {{- end }}
      {{- if or $auth $redis .Values.javaOptions .Values.extraEnv }}
      env:
        {{- with $auth }}
        - name: TIDINGS_AUTH_SECRET
          valueFrom:
            secretKeyRef:
              {{- nindent 14 . }}
        {{- end }}
        {{- if and (eq .Values.log.backend "redis") .Values.redis.existingSecretHostsKey }}
        - name: QUARKUS_REDIS_HOSTS
          valueFrom:
            secretKeyRef:
              name: {{ .Values.redis.existingSecret }}
              key: {{ .Values.redis.existingSecretHostsKey }}
        {{- end }}
        {{- with $redis }}
        - name: QUARKUS_REDIS_PASSWORD
          valueFrom:
            secretKeyRef:
              {{- nindent 14 . }}
              {{- if $.Values.redis.existingSecretHostsKey }}
              # The addresses may have it.
              optional: true
              {{- end }}
        {{- end }}
        {{- with .Values.javaOptions }}
        - name: JDK_JAVA_OPTIONS
          value: {{ quote . }}
        {{- end }}
        {{- with .Values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
      ports:
        - name: {{ include "tidings.scheme" . }}
          containerPort: {{ include "tidings.port" . }}
      startupProbe:
        httpGet:
          path: /q/health/started
          port: {{ include "tidings.scheme" . }}
          {{- if .Values.tls.existingSecret }}
          scheme: HTTPS
          {{- end }}
        periodSeconds: 2
        timeoutSeconds: 2
        failureThreshold: {{ .Values.probes.startup.failureThreshold }}
      livenessProbe:
        httpGet:
          path: /q/health/live
          port: {{ include "tidings.scheme" . }}
          {{- if .Values.tls.existingSecret }}
          scheme: HTTPS
          {{- end }}
        {{- toYaml .Values.probes.liveness | nindent 8 }}
      readinessProbe:
        httpGet:
          path: /q/health/ready
          port: {{ include "tidings.scheme" . }}
          {{- if .Values.tls.existingSecret }}
          scheme: HTTPS
          {{- end }}
        {{- toYaml .Values.probes.readiness | nindent 8 }}
      {{- if $shutdown.preStopSeconds }}
      lifecycle:
        preStop:
          # Once it is told, it refuses handshakes: by then nobody is to be sent here any more.
          sleep:
            seconds: {{ $shutdown.preStopSeconds }}
      {{- end }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        {{- include "tidings.container-security" . | nindent 8 }}
      volumeMounts:
        - name: settings
          mountPath: /deployments/config
          readOnly: true
        # Vert.x and Netty unpack libraries and files here.
        - name: tmp
          mountPath: /tmp
        {{- if eq .Values.log.backend "sqlite" }}
        - name: data
          mountPath: {{ include "tidings.data" . }}
        {{- end }}
        {{- if .Values.tls.existingSecret }}
        - name: tls
          mountPath: {{ include "tidings.certificates" . }}/tls
          readOnly: true
        {{- end }}
        {{- range $part, $name := include "tidings.redis-certificates" . | fromYaml }}
        - name: redis-{{ $part }}
          mountPath: {{ include "tidings.certificates" $ }}/redis-{{ $part }}
          readOnly: true
        {{- end }}
        {{- with .Values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: settings
      configMap:
        name: {{ include "tidings.fullname" . }}
    - name: tmp
      emptyDir:
        sizeLimit: 256Mi
    {{- with .Values.tls.existingSecret }}
    - name: tls
      secret:
        secretName: {{ . }}
        defaultMode: 0440
    {{- end }}
    {{- range $part, $name := include "tidings.redis-certificates" . | fromYaml }}
    - name: redis-{{ $part }}
      secret:
        secretName: {{ $name }}
        defaultMode: 0440
    {{- end }}
    {{- with .Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml .Values.topologySpreadConstraints | nindent 4 }}
  {{- else if ne .Values.log.backend "sqlite" }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - topologyKey: {{ . }}
      maxSkew: 1
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "tidings.selector" $ | nindent 10 }}
      # The old instances do not count while new ones take over.
      matchLabelKeys: [pod-template-hash]
    {{- end }}
  {{- end }}
{{- end -}}
