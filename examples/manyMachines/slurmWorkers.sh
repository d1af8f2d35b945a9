#!/bin/sh
# Workers of heavytail as a Slurm array: 100 tasks of 16 cores, at most 50 at a time.
#
#   HEAVYTAIL_REDIS=rediss://user:password@queue.example.org:6380 sbatch slurmWorkers.sh
#
# The address of the queue comes from the environment, so that neither this file nor the list of processes shows its
# password. Slurm sends SIGTERM a minute before the time is over: the worker gives its cells back at once.
#SBATCH --job-name=heavytail-worker
#SBATCH --array=1-100%50
#SBATCH --cpus-per-task=16
#SBATCH --mem=32G
#SBATCH --time=12:00:00
#SBATCH --signal=TERM@60
#SBATCH --requeue
#SBATCH --export=ALL

: "${HEAVYTAIL_REDIS:?set HEAVYTAIL_REDIS to the address of the queue}"
exec srun npx heavytail worker --queue "${HEAVYTAIL_QUEUE:-cells}" --concurrency "$SLURM_CPUS_PER_TASK"
