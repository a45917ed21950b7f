FROM python:3.12-slim
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md ./
COPY src src
RUN pip install --no-cache-dir --no-deps .
ENV CASEWORK_DATA_DIR=/data
VOLUME /data
ENTRYPOINT ["casework"]
